// Echo is a server that sends back what it is sent. There is nothing green in it to
// see: the same source runs on a goroutine for each conn,
//
//	go run ./examples/echo -addr localhost:7000
//
// and as greenlets of one hub:
//
//	greengen run -all ./examples/echo -addr localhost:7000
//
// Try it by nc localhost 7000. Ctrl-C lets the conns that are open go on for -grace.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	rtnet "github.com/greengen/greengen/rt/net"
)

func main() {
	addr := flag.String("addr", "localhost:7000", "where to listen")
	pool := flag.Int("pool", 0, "how many clients at once, 0: any number")
	grace := flag.Duration("grace", 5*time.Second, "how long clients may go on after Ctrl-C")
	flag.Parse()

	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())

	s := &rtnet.Server{Handler: echo, Pool: *pool}
	stopped := make(chan error)
	go func() { stopped <- stop(s, *grace) }()
	if err := s.Serve(l); err != rtnet.ErrServerClosed {
		log.Fatal(err)
	}
	if err := <-stopped; err != nil {
		log.Print("some clients did not hang up: ", err)
	}
}

func echo(c net.Conn) {
	if _, err := io.Copy(c, c); err != nil {
		log.Print(err)
	}
}

// stop waits for a signal.
func stop(s *rtnet.Server, grace time.Duration) error {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	<-c
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return s.Shutdown(ctx)
}
