package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "photoserver:", err)
		os.Exit(1)
	}
}

func run() error {
	s := &server{exit: os.Exit}
	addr := flag.String("addr", "127.0.0.1:0", "`address` to listen on")
	users := flag.Int("users", 2000, "`number` of users")
	photos := flag.Int("photos", 3, "`number` of photos of each user")
	flag.DurationVar(&s.delay, "delay", 50*time.Millisecond, "`time` that each answer takes")
	flag.StringVar(&s.refuse, "refuse", "", "refuse the login of this `user`")
	flag.StringVar(&s.truncate, "truncate", "", "break off in the middle of this `user/photo`")
	flag.StringVar(&s.corrupt, "corrupt", "", "change a byte of this `user/photo`")
	flag.Int64Var(&s.dieAfter, "die-after", 0, "die at the request that follows this `number` of photos")
	flag.Parse()

	var err error
	if s.album, err = newAlbum(*users, *photos); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, it ended
		os.Exit(0)
	}()
	return http.Serve(l, s.handler())
}
