package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	err := run()
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "photoserver:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "photoserver:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("see -h")

func usage() {
	fmt.Fprint(flag.CommandLine.Output(), `Usage: photoserver [flags]

Serves photos, and prints its address when it is ready. It ends, with 0, when
its standard input ends: so it never outlives who started it, and needs one that
stays open. From a shell without a terminal: sleep inf | photoserver

`)
	flag.PrintDefaults()
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
	flag.Usage = usage
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; %w", flag.Arg(0), errUsage)
	}

	var err error
	if s.album, err = newAlbum(*users, *photos); err != nil {
		return err
	}
	if err := s.known(); err != nil {
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

// known checks the names that the flags give.
func (s *server) known() error {
	if s.refuse != "" && !s.album.has(s.refuse) {
		return fmt.Errorf("-refuse: no user %q; %w", s.refuse, errUsage)
	}
	for _, f := range []struct{ flag, value string }{{"truncate", s.truncate}, {"corrupt", s.corrupt}} {
		user, photo, _ := strings.Cut(f.value, "/")
		if f.value != "" && s.album.find(user, photo) == nil {
			return fmt.Errorf("-%s: no photo %q; %w", f.flag, f.value, errUsage)
		}
	}
	return nil
}
