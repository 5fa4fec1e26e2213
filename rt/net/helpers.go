package net

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// helper is another hub that serves conns of a Server.
type helper struct {
	conns *rt.Queue[net.Conn]
	load  atomic.Int64 // conns that it has, or is about to get
}

// mover is a conn that another hub can have, before anybody uses it.
type mover interface {
	net.Conn
	depart()                   // on the hub that it leaves
	arrive(h *green.Hub) error // on the other one
}

// depart reports whether c may go to another hub.
func depart(net.Conn) bool { return false }

func depart_green(h *green.Hub, c net.Conn) bool {
	m, ok := c.(mover)
	if ok && !h.Blocks() {
		m.depart()
	}
	return ok && !h.Blocks()
}

func arrive(net.Conn) error { return nil }

func arrive_green(h *green.Hub, c net.Conn) error { return c.(mover).arrive(h) }

// helpers are those that help a Serve.
func (s *Server) helpers() []*helper { return nil }

func (s *Server) helpers_green(h *green.Hub) (bs []*helper) {
	if h.Blocks() || rt.HubOf(h).Virtual() {
		return nil
	}
	n := s.Hubs
	if n == 0 {
		n = hubsFromEnv()
	}
	for range n - 1 {
		bs = append(bs, &helper{conns: rt.NewQueue[net.Conn](0)})
	}
	return bs
}

// least returns the helper with the fewest conns, nil if the hub of Serve itself has.
func (s *Server) least(bs []*helper) (b *helper) {
	least := s.own.Load()
	for _, o := range bs {
		if n := o.load.Load(); n < least {
			least, b = n, o
		}
	}
	return b
}

// left says that a conn is done with; b is nil for those of the hub of Serve.
func (s *Server) left(b *helper) {
	if b != nil {
		b.load.Add(-1)
	} else {
		s.own.Add(-1)
	}
}

// hubsFromEnv reads GREENGEN_HUBS.
var hubsFromEnv = sync.OnceValue(func() int {
	text := os.Getenv("GREENGEN_HUBS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		fmt.Fprintf(os.Stderr, "greengen: GREENGEN_HUBS=%s is no number of hubs\n", text)
		return 1
	}
	return n
})

// RemoteText returns c.RemoteAddr().String(), "" if there is none. Safe from any goroutine.
func RemoteText(c net.Conn) string {
	if text, ok := peerText(c); ok {
		return text
	}
	if a := c.RemoteAddr(); a != nil {
		return a.String()
	}
	return ""
}
