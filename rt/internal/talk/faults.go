//greengen:patch
package talk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// conversation is what a client says: a line, a length, as many bytes, goodbye.
const conversation = "HELLO me\n0011\nhello there\nBYE\n"

// converse is the server's part.
func converse(c net.Conn) error {
	r := bufio.NewReader(c)
	hello, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c, "hello %s", strings.TrimPrefix(hello, "HELLO ")); err != nil {
		return err
	}
	length, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(length))
	if err != nil {
		return err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	if _, err := c.Write(append(body, '\n')); err != nil {
		return err
	}
	if _, err := r.ReadString('E'); err != nil {
		return err
	}
	_, err = io.WriteString(c, "bye\n")
	return err
}

// ending says how a part of the conversation ended.
func ending(err error) string {
	switch {
	case err == nil:
		return "well"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, syscall.EPIPE):
		return "pipe"
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return "EOF"
	}
	return err.Error()
}

// Cut has a client that vanishes, after each byte of the conversation and each line of
// the answer: by a reset, or a close. How the server's parts end is counted, but where
// that is by chance: where all was said and not all heard; and if a client closes its
// conn without having read all, which resets it or not. Nobody must wait for ever.
func Cut(reset bool, log *Log) {
	ended := make(chan string)
	s := &rtnet.Server{Handler: func(c net.Conn) { ended <- ending(converse(c)) }}
	l, end := Serve(s)
	ends := map[string]int{}
	for said := range len(conversation) + 1 {
		all := answers(said)
		for heard := range all + 1 {
			cut(l.Addr().String(), said, heard, reset)
			how := <-ended
			if heard == all || reset && all < lines {
				ends[how]++
			} else if how != "well" && how != "EOF" && how != "reset" && how != "pipe" {
				log.Add(said, "said,", heard, "heard:", how)
			}
		}
	}
	log.Add(ends)
	again := rt.Call(func() (string, error) { return Call(l.Addr().String(), "HELLO again") })
	log.Add("the last one:", <-ended)
	answer, err := again.Get()
	log.Add("afterwards:", answer, err)
	s.Close()
	log.Add("serve:", <-end)
	s.Wait()
}

// lines is how many the server says to all of the conversation.
const lines = 3

// answers returns how many lines the server says to so many bytes.
func answers(said int) int {
	switch {
	case said < len("HELLO me\n"):
		return 0
	case said < len("HELLO me\n0011\nhello there"):
		return 1
	case said < len("HELLO me\n0011\nhello there\nBYE"):
		return 2
	}
	return lines
}

// cut says some bytes, hears some lines and goes.
func cut(addr string, said, heard int, reset bool) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, conversation[:said]); err != nil {
		panic(err)
	}
	r := bufio.NewReader(c)
	for range heard {
		if _, err := r.ReadString('\n'); err != nil {
			panic(fmt.Sprint(said, " said, ", heard, " heard: ", err))
		}
	}
	if reset {
		c.(interface{ SetLinger(int) error }).SetLinger(0)
	}
}

// Dropped has a server that resets the conn after each byte that it hears, and each line
// that it says. How the client's parts end is counted.
func Dropped(log *Log) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	ends := map[string]int{}
	for heard := range len(conversation) + 1 {
		for said := answers(heard - 1); said <= answers(heard); said++ { // with less the client would wait
			if said == lines && heard < len(conversation) {
				continue // the client may have said all by then, or not
			}
			server := rt.Call(func() (bool, error) { return true, drop(l, heard, said) })
			ends[ending(talkTo(l.Addr().String()))]++
			if _, err := server.Get(); err != nil {
				log.Add(heard, "heard,", said, "said:", err)
			}
		}
	}
	log.Add(ends)
}

// drop accepts a conn, hears some bytes, says some lines and resets it.
func drop(l net.Listener, heard, said int) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReaderSize(io.LimitReader(c, int64(heard)), 16)
	for i := range said {
		n := [...]int{len("HELLO me\n"), len("0011\nhello there"), len("\nBYE")}[i]
		if _, err := io.ReadFull(r, make([]byte, n)); err != nil {
			return err
		}
		if _, err := io.WriteString(c, "line\n"); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	return c.(interface{ SetLinger(int) error }).SetLinger(0)
}

// talkTo is the client's part of the conversation.
func talkTo(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for _, s := range []string{"HELLO me\n", "0011\nhello there", "\nBYE\n"} {
		for i := range s {
			if _, err := io.WriteString(c, s[i:i+1]); err != nil {
				return err
			}
		}
		if _, err := r.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

// Loris has clients that send a byte now and then: others are served meanwhile, and
// they themselves run into the handler's deadline.
func Loris(log *Log) {
	var mu sync.Mutex
	late := 0
	s := &rtnet.Server{Handler: func(c net.Conn) {
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if err := converse(c); errors.Is(err, os.ErrDeadlineExceeded) {
			mu.Lock()
			late++
			mu.Unlock()
		}
	}}
	l, end := Serve(s)
	addr := l.Addr().String()
	var slow rt.Group
	const n = 30
	for range n {
		slow.Spawn(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				panic(err)
			}
			defer c.Close()
			for {
				if _, err := c.Write([]byte("H")); err != nil {
					return
				}
				rt.Sleep(3 * time.Millisecond)
			}
		})
	}
	served := 0
	for range 20 {
		if answer, err := Call(addr, "HELLO quick"); err == nil && answer == "hello quick" {
			served++
		}
	}
	log.Add("served meanwhile:", served)
	slow.Join()
	s.Close()
	<-end
	s.Wait()
	log.Add("late:", late >= n)
}

// Halves has conns of which one half is closed.
func Halves(log *Log) {
	failed := make(chan bool, 1)
	s := &rtnet.Server{Handler: func(c net.Conn) {
		all, err := io.ReadAll(c)
		io.WriteString(c, fmt.Sprint("you said ", len(all), " bytes, ", err, "\n"))
		c.(interface{ CloseWrite() error }).CloseWrite()
		_, err = c.Write([]byte("x"))
		failed <- err != nil
	}}
	l, end := Serve(s)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	n, err := c.Write(make([]byte, 100000))
	log.Add(n, err)
	c.(interface{ CloseWrite() error }).CloseWrite()
	answer, err := io.ReadAll(c)
	log.Add(strings.TrimSpace(string(answer)), err)
	c.(interface{ CloseRead() error }).CloseRead()
	n, err = c.Read(make([]byte, 1))
	log.Add(n, err)
	c.Close()
	log.Add("write after CloseWrite fails:", <-failed)
	// A reader that waits when its half is closed.
	s2 := &rtnet.Server{Handler: func(c net.Conn) { c.Read(make([]byte, 1)) }}
	l2, end2 := Serve(s2)
	if c, err = net.Dial("tcp", l2.Addr().String()); err != nil {
		panic(err)
	}
	var g rt.Group
	g.Spawn(func() {
		n, err := c.Read(make([]byte, 1))
		log.Add("woken:", n, err)
	})
	rt.Sleep(time.Millisecond)
	c.(interface{ CloseRead() error }).CloseRead()
	g.Join()
	c.Close()
	s.Close()
	<-end
	s.Wait()
	l2.Close()
	<-end2
	s2.Wait()
}

// echoLines is Echo without io.Copy, which takes descriptors of its own for a pipe.
func echoLines(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		io.WriteString(c, line)
	}
}

// Starved echoes for ever, and prints its address, and errors.
func Starved() {
	s := &rtnet.Server{Handler: echoLines, OnError: func(err error) { fmt.Println(err) }}
	l, end := Serve(s)
	fmt.Println(l.Addr())
	<-end
}

// Pair returns both ends of a conn over network; what is sent to b waits there.
func Pair(network string) (a, b net.Conn) {
	address := "127.0.0.1:0"
	if network == "unix" {
		address = fmt.Sprintf("@greengen-talk-%d-%d", os.Getpid(), pairs.Add(1))
	}
	l, err := net.Listen(network, address)
	if err != nil {
		panic(err)
	}
	defer l.Close()
	if a, err = net.Dial(network, l.Addr().String()); err != nil {
		panic(err)
	}
	if b, err = l.Accept(); err != nil {
		panic(err)
	}
	return a, b
}

// pairs counts those over Unix sockets, for their names.
var pairs atomic.Int64

// DataAndDeadline has data and deadline ready when the hub looks: the data wins.
func DataAndDeadline(log *Log) {
	for {
		got, err, late := dataAndDeadline()
		if !late {
			log.Add(got, err)
			return
		}
	}
}

// dataAndDeadline says also if the machine was so busy that the deadline came first.
func dataAndDeadline() (got string, err error, late bool) {
	c, peer := Pair("tcp")
	defer c.Close()
	defer peer.Close()
	deadline := time.Now().Add(20 * time.Millisecond)
	c.SetReadDeadline(deadline)
	read := rt.Call(func() (string, error) {
		b := make([]byte, 8)
		n, err := c.Read(b)
		return string(b[:n]), err
	})
	rt.Yield() // it waits now
	peer.Write([]byte("data"))
	late = !time.Now().Before(deadline)
	for time.Now().Before(deadline.Add(5 * time.Millisecond)) {
		// Nobody else runs.
	}
	got, err = read.Get()
	return got, err, late
}

// FewRounds is more than a hub lets pass until it looks for what has come, 100 µs, and
// less than there are in a second, even on a slow machine.
const FewRounds = 100_000

// Spin has greenlets that do nothing but yield, a timer, and a reader, who is served
// soon all the same.
func Spin(log *Log) {
	c, peer := Pair("tcp")
	defer c.Close()
	defer peer.Close()
	var over atomic.Bool
	var rounds, wrote atomic.Int64
	var spinners []*rt.Greenlet
	for range 3 {
		spinners = append(spinners, rt.Spawn(func() {
			for !over.Load() {
				rounds.Add(1)
				rt.Yield()
			}
		}))
	}
	writer := rt.SpawnAfter(20*time.Millisecond, func() {
		wrote.Store(rounds.Load())
		peer.Write([]byte("data"))
	})
	b := make([]byte, 8)
	n, err := c.Read(b)
	log.Add(string(b[:n]), err)
	if took := rounds.Load() - wrote.Load(); rt.CurrentHub() != nil && took >= FewRounds {
		log.Add("rounds until then:", took)
	}
	over.Store(true)
	writer.Join()
	rt.JoinAll(spinners...)
}
