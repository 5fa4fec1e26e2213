// Portscan prints which TCP ports of a host answer.
//
//	go run ./examples/portscan -host localhost -to 65535            on goroutines
//	greengen run -all ./examples/portscan -host localhost -to 65535 on one hub
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

func main() {
	host := flag.String("host", "localhost", "whom to ask")
	from := flag.Int("from", 1, "the first port")
	to := flag.Int("to", 1024, "the last port")
	atOnce := flag.Int("n", 500, "how many ports at once")
	timeout := flag.Duration("timeout", time.Second, "how long to wait for one")
	flag.Parse()
	if *from < 1 || *to > 65535 || *from > *to || *atOnce < 1 {
		log.Fatal("portscan: ports are from 1 to 65535, and at least one at once")
	}
	addrs, err := net.LookupHost(*host)
	if err != nil {
		log.Fatal(err)
	}
	for _, port := range scan(addrs[0], *from, *to, *atOnce, *timeout) {
		fmt.Println(port)
	}
}

// scan returns the ports that answer, sorted.
func scan(host string, from, to, atOnce int, timeout time.Duration) []int {
	var (
		mu   sync.Mutex
		next = from
		open []int
		wg   sync.WaitGroup
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	for range min(atOnce, to-from+1) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for port := take(); port <= to; port = take() {
				if answers(host, port, timeout) {
					mu.Lock()
					open = append(open, port)
					mu.Unlock()
				}
			}
		}()
	}
	wg.Wait()
	slices.Sort(open)
	return open
}

func answers(host string, port int, timeout time.Duration) bool {
	c, err := net.DialTimeout("tcp", net.JoinHostPort(host, strconv.Itoa(port)), timeout)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
