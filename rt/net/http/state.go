package http

import (
	"sync"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// serverState is what a Server keeps; nothing here blocks for long.
type serverState struct {
	mu       sync.Mutex
	closed   bool
	servers  []*rtnet.Server
	live     map[*conn]bool // whether it is idle
	hijacked int            // not live
	quiet    rt.Event       // closed, and nothing is live
}

// begin takes down a server of conns; false: the Server is closed.
func (s *serverState) begin(server *rtnet.Server) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		s.live = map[*conn]bool{}
	}
	s.servers = append(s.servers, server)
	return !s.closed
}

func (s *serverState) add(c *conn) {
	s.mu.Lock()
	s.live[c] = false
	s.mu.Unlock()
}

// drop is for when c's handler has returned.
//
//greengen:patch
func (s *serverState) drop(c *conn) {
	s.mu.Lock()
	delete(s.live, c)
	if c.taken.Load() {
		s.hijacked--
	}
	quiet := s.closed && len(s.live) == 0
	s.mu.Unlock()
	if quiet {
		s.quiet.Set()
	}
}

// take is for when c's handler has taken the conn.
//
//greengen:patch
func (s *serverState) take(c *conn) {
	s.mu.Lock()
	delete(s.live, c)
	s.hijacked++
	quiet := s.closed && len(s.live) == 0
	s.mu.Unlock()
	if quiet {
		s.quiet.Set()
	}
}

// away says how many handlers have hijacked their conn.
func (s *serverState) away() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hijacked
}

// idle says whether c waits for a request. It returns false if c must not begin to.
func (s *serverState) idle(c *conn, is bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[c] = is
	return !s.closed
}

//greengen:patch
func (s *serverState) close() []*rtnet.Server {
	s.mu.Lock()
	s.closed = true
	quiet, servers := len(s.live) == 0, s.servers
	s.mu.Unlock()
	if quiet {
		s.quiet.Set()
	}
	return servers
}

func (s *serverState) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *serverState) conns() (list []*conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.live {
		list = append(list, c)
	}
	return list
}

// interruptIdle ends the waits for requests: with the lock, since those that get one now
// set another deadline.
func (s *serverState) interruptIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, idle := range s.live {
		if idle {
			interrupt(c.rwc)
		}
	}
}
