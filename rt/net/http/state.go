package http

import (
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// serverState is what a Server keeps.
type serverState struct {
	mu       sync.Mutex // not locked in twins: a greenlet that is handed it could not go on while plain code on its hub waits for it
	closed   bool
	servers  []*rtnet.Server
	live     map[*conn]waiting
	hijacked int      // not live
	quiet    rt.Event // closed, and nothing is live
}

// waiting is what a conn waits for.
type waiting int8

const (
	notWaiting waiting = iota
	forRequest
	forFirst // request
)

// freshTime is how long Shutdown waits for the first request of a conn.
var freshTime = 5 * time.Second

// begin takes down a server of conns; false: the Server is closed.
//
//greengen:skip
func (s *serverState) begin(server *rtnet.Server) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		s.live = map[*conn]waiting{}
	}
	s.servers = append(s.servers, server)
	return !s.closed
}

//greengen:skip
func (s *serverState) add(c *conn) {
	s.mu.Lock()
	s.live[c] = notWaiting
	s.mu.Unlock()
}

// drop is for when c's handler has returned.
//
//greengen:patch
func (s *serverState) drop(c *conn) {
	if s.forget(c, c.taken.Load(), -1) {
		s.quiet.Set()
	}
}

// take is for when c's handler has taken the conn.
//
//greengen:patch
func (s *serverState) take(c *conn) {
	if s.forget(c, true, 1) {
		s.quiet.Set()
	}
}

// forget returns true if there is nothing to wait for.
//
//greengen:skip
func (s *serverState) forget(c *conn, hijacked bool, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, c)
	if hijacked {
		s.hijacked += n
	}
	return s.closed && len(s.live) == 0
}

// away says how many handlers have hijacked their conn.
//
//greengen:skip
func (s *serverState) away() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hijacked
}

// await says what c waits for. It returns false if c must not begin to.
//
//greengen:skip
func (s *serverState) await(c *conn, what waiting) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[c] = what
	if s.closed && what == forFirst && !s.quiet.IsSet() { // accepted just before
		setReadDeadline(c.rwc, time.Now().Add(freshTime))
		return true
	}
	return !s.closed
}

//greengen:patch
func (s *serverState) close() []*rtnet.Server {
	servers, quiet := s.shut()
	if quiet {
		s.quiet.Set()
	}
	return servers
}

//greengen:skip
func (s *serverState) shut() (servers []*rtnet.Server, quiet bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.servers, len(s.live) == 0
}

//greengen:skip
func (s *serverState) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

//greengen:skip
func (s *serverState) conns() (list []*conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.live {
		list = append(list, c)
	}
	return list
}

// interruptIdle ends the waits for requests: with the lock, since those that get one now
// set another deadline. Those for a first one end freshTime later, or go on if now is zero.
//
//greengen:skip
func (s *serverState) interruptIdle(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c, w := range s.live {
		switch {
		case w == forRequest:
			interrupt(c.rwc)
		case w == forFirst && !now.IsZero():
			setReadDeadline(c.rwc, now.Add(freshTime))
		}
	}
}
