package main

import (
	"math/rand/v2"
	"sync"

	"github.com/greengen/greengen/rt"
)

// This file is plain: its locks are held for a moment, never across a park. So a kill
// cannot break off who is about to leave.

// crowd is a set of greenlets.
type crowd struct {
	mu sync.Mutex // guards in
	in map[int]*rt.Greenlet
	n  int
}

func (c *crowd) enter(g *rt.Greenlet) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.in == nil {
		c.in = map[int]*rt.Greenlet{}
	}
	c.n++
	c.in[c.n] = g
	return c.n
}

func (c *crowd) leave(id int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.in, id)
}

// any returns one of them that is on the caller's hub, nil for none.
func (c *crowd) any(rnd *rand.Rand) *rt.Greenlet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.in) == 0 {
		return nil
	}
	g := c.in[1+rnd.IntN(c.n)] // most have left
	for _, o := range c.in {
		if g == nil {
			g = o
		}
		break
	}
	if g == nil || g.Hub() == nil {
		return nil
	}
	return g
}

func (c *crowd) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.in)
}

// room has those who chat.
type room struct {
	mu     sync.Mutex // guards guests
	guests map[*guest]bool
}

type guest struct{ lines *rt.Queue[string] }

func (m *room) enter(g *guest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.guests == nil {
		m.guests = map[*guest]bool{}
	}
	m.guests[g] = true
}

func (m *room) leave(g *guest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.guests, g)
}

// tell drops what a slow guest has no room for.
func (m *room) tell(line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for g := range m.guests {
		g.lines.TryPut(line)
	}
}
