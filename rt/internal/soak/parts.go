//greengen:patch
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// part is what hub i does.
func part(i int) {
	if i == 0 {
		now.server()
	} else {
		now.clients(1000, 40)
	}
}

// server is what hub 0 does: echo and chat, until over is set.
func (s *soak) server() {
	srv := &rtnet.Server{Handler: s.handle, StopTimeout: 100 * time.Millisecond, OnError: func(error) {}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	s.addr.Set(l.Addr().String())
	killer := rt.Spawn(func() { s.killer(&s.handlers, 1) })
	serving := rt.Spawn(func() { srv.Serve(l) })
	s.over.Wait()
	s.parties.Wait()
	killer.Kill()
	s.calm(l.Addr().String())
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	srv.Shutdown(ctx)
	serving.Join()
	s.left("server", rt.Current().Hub())
}

// handle serves one conn: its first line says how.
func (s *soak) handle(c net.Conn) {
	me := s.handlers.enter(rt.Current())
	defer s.handlers.leave(me)
	r := bufio.NewReader(c)
	kind, err := r.ReadString('\n')
	if err != nil {
		return
	}
	name, chats := strings.CutPrefix(strings.TrimSpace(kind), "chat ")
	if chats {
		s.chat(c, r, name)
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if _, err := c.Write([]byte(line)); err != nil {
			return
		}
	}
}

// chat tells all guests what each of them says.
func (s *soak) chat(c net.Conn, r *bufio.Reader, name string) {
	g := &guest{lines: rt.NewQueue[string](32)}
	s.room.enter(g)
	writer := rt.Spawn(func() {
		for line := range g.lines.All() {
			if _, err := c.Write([]byte(line)); err != nil {
				return
			}
		}
	})
	defer writer.Kill()
	defer g.lines.CloseNow()
	defer s.room.leave(g)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		s.room.tell(name + " " + line)
	}
}

// killer kills some of them now and then.
func (s *soak) killer(of *crowd, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	for {
		rt.Sleep(time.Duration(rnd.IntN(3000)) * time.Microsecond)
		if g := of.any(rnd); g != nil {
			s.kills.Add(1)
			if rnd.IntN(2) == 0 {
				g.KillAsync()
			} else {
				g.KillTimeout(time.Millisecond)
			}
		}
	}
}

// clients is what hub 1 does, and a goroutine: n clients, who come back until over.
func (s *soak) clients(first, n int) {
	h := rt.Current()
	addr, _ := s.addr.Get()
	var gs []*rt.Greenlet
	var killer *rt.Greenlet
	if h != nil {
		killer = rt.Spawn(func() { s.killer(&s.callers, 2) })
	}
	for i := range n {
		gs = append(gs, rt.Spawn(func() { s.client(addr, first+i) }))
	}
	rt.JoinAll(gs...)
	if h != nil {
		killer.Kill()
		s.left("clients", h.Hub())
	}
	s.parties.Done()
}

// client makes calls, each by a greenlet of its own, which may be killed.
func (s *soak) client(addr string, id int) {
	rnd := rand.New(rand.NewPCG(uint64(id), 2))
	for n := 0; !s.over.IsSet(); n++ {
		seed := rnd.Uint64()
		rt.Spawn(func() {
			me := s.callers.enter(rt.Current())
			defer s.callers.leave(me)
			var lines int
			err := s.call(addr, fmt.Sprintf("%d.%d", id, n), rand.New(rand.NewPCG(seed, 3)), &lines)
			s.note(lines, err)
		}).Join()
	}
}

// call makes one call, for a limited time. It counts the lines that came back.
func (s *soak) call(addr, name string, rnd *rand.Rand, lines *int) error {
	return rt.WithTimeout(time.Duration(1+rnd.IntN(200))*time.Millisecond, func() error {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Duration(1+rnd.IntN(300)) * time.Millisecond))
		s.calls.Add(1)
		if rnd.IntN(2) == 0 {
			return s.echo(c, name, rnd.IntN(20), rnd, lines)
		}
		return s.talk(c, name, rnd.IntN(20), lines)
	})
}

// calm makes a call of each kind when nobody disturbs it: all of it must work.
func (s *soak) calm(addr string) {
	for _, chats := range []bool{false, true} {
		var lines int
		c, err := net.Dial("tcp", addr)
		s.must(err)
		c.SetDeadline(time.Now().Add(time.Minute))
		const n = 10
		want := n
		if chats {
			err = s.talk(c, "calm", n, &lines)
		} else {
			err = s.echo(c, "calm", n, rand.New(rand.NewPCG(1, 4)), &lines)
			want = 1 + 2 + 3 + 1 + 2 + 3 + 1 + 2 + 3 + 1
		}
		c.Close()
		if err != nil || lines != want {
			s.fail("a calm call (chat: %v): %d lines, %v", chats, lines, err)
		}
	}
}

// echo sends n lines, some more than once, and compares what comes back.
func (s *soak) echo(c net.Conn, name string, n int, rnd *rand.Rand, lines *int) error {
	if _, err := c.Write([]byte("echo\n")); err != nil {
		return err
	}
	r := bufio.NewReader(c)
	for k := range n {
		text := fmt.Sprintf("%s line %d %s\n", name, k, strings.Repeat("x", rnd.IntN(2000)))
		if _, err := c.Write([]byte(strings.Repeat(text, 1+k%3))); err != nil {
			return err
		}
		for range 1 + k%3 {
			line, err := r.ReadString('\n')
			if err != nil {
				return err
			}
			if line != text {
				s.fail("echo: got %.60q, want %.60q", line, text)
			}
			*lines++
		}
	}
	return nil
}

// talk chats: what each of the others says must arrive in order.
func (s *soak) talk(c net.Conn, name string, n int, lines *int) error {
	if _, err := c.Write([]byte("chat " + name + "\n")); err != nil {
		return err
	}
	r := bufio.NewReader(c)
	last := map[string]int{}
	for k := range n {
		if _, err := fmt.Fprintf(c, "%d\n", k+1); err != nil {
			return err
		}
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		var who string
		var n int
		if _, err := fmt.Sscan(line, &who, &n); err != nil {
			s.fail("chat: %q", line)
		} else if n <= last[who] {
			s.fail("chat: %s said %d after %d", who, n, last[who])
		}
		last[who] = n
		*lines++
	}
	return nil
}

// left checks what a hub has at its end: its first greenlet.
func (s *soak) left(name string, h *rt.Hub) {
	for range 100 {
		if h.Stats().Alive == 1 {
			return
		}
		rt.Sleep(10 * time.Millisecond)
	}
	s.fail("%s: %d greenlets are left", name, h.Stats().Alive-1)
}

// note counts how a call ended; one of no lines proves nothing.
func (s *soak) note(lines int, err error) {
	var over *rt.Timeout
	switch {
	case err == nil && lines > 0:
		s.whole.Add(1)
	case err == nil:
	case errors.As(err, &over):
		s.timeouts.Add(1)
	default:
		s.errors.Add(1)
	}
}
