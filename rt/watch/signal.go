package watch

import (
	"os"
	"os/signal"
	"sync"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Signal is what OnSignal returns. Its methods are safe from any goroutine.
type Signal struct {
	c    chan os.Signal
	h    *rt.Hub
	stop sync.Once

	mu      sync.Mutex // guards release
	release func()     // of the Hold; nil: no reference
}

// OnSignal runs fn in a fresh greenlet of h whenever the program gets sig, until
// Stop or the end of h. It has no reference; see rt.Watcher. Like signal.Notify it
// keeps the signal from doing what it does by default. Only from h's goroutine.
func OnSignal(h *rt.Hub, sig os.Signal, fn func()) *Signal {
	s := &Signal{c: make(chan os.Signal, 16), h: h}
	signal.Notify(s.c, sig)
	forget := h.AtClose(s.end)
	go func() {
		for range s.c {
			h.Spawn(fn)
		}
		h.Post(forget)
	}()
	return s
}

// OnSignal_green is OnSignal for greenlets.
func OnSignal_green(own *green.Hub, h *rt.Hub, sig os.Signal, fn func()) *Signal {
	if !own.Blocks() {
		own.Back()
	}
	return OnSignal(h, sig, fn)
}

// Stop ends the watch. Greenlets that it started go on.
func (s *Signal) Stop() {
	s.end()
	s.Unref()
}

func (s *Signal) end() {
	s.stop.Do(func() {
		signal.Stop(s.c) // when it returns, nothing is sent any more
		close(s.c)
	})
}

// Ref makes the signal something that the hub waits for. It returns s.
func (s *Signal) Ref() *Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.release == nil {
		s.release = s.h.Hold()
	}
	return s
}

// Unref takes that back. It returns s.
func (s *Signal) Unref() *Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.release != nil {
		s.release()
		s.release = nil
	}
	return s
}
