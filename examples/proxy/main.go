// Proxy forwards TCP conns to another address, half-closed ones too.
//
//	go run ./examples/proxy -addr localhost:7001 -to example.com:80            on goroutines
//	greengen run -all ./examples/proxy -addr localhost:7001 -to example.com:80 on one hub
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	rtnet "github.com/greengen/greengen/rt/net"
)

var (
	to      = flag.String("to", "", "where to forward to")
	timeout = flag.Duration("timeout", 10*time.Second, "how long to wait for that")
)

func main() {
	addr := flag.String("addr", "localhost:7001", "where to listen")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	s := &rtnet.Server{Handler: forward}
	log.Fatal(s.Serve(l))
}

func forward(client net.Conn) {
	server, err := net.DialTimeout("tcp", *to, *timeout)
	if err != nil {
		log.Print(err)
		return
	}
	defer server.Close()
	done := make(chan bool)
	go func() {
		pipe(server, client)
		done <- true
	}()
	pipe(client, server)
	<-done
}

// pipe copies until src ends, and passes the end on.
func pipe(dst, src net.Conn) {
	if _, err := io.Copy(dst, src); err != nil {
		log.Print(err)
		dst.Close() // the other direction has no use either
		src.Close()
		return
	}
	if c, ok := dst.(interface{ CloseWrite() error }); ok {
		c.CloseWrite()
	}
}
