//greengen:patch
package scenarios

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// company is who joins in while a scenario runs: goroutines and a second hub that post
// to its hub, start greenlets there, wait for them, kill them and read its counts.
type company struct {
	hub    *rt.Hub
	met    chan bool    // closed once hub is known
	paused atomic.Bool  // nobody begins anything
	busy   atomic.Int32 // who is at something
	over   atomic.Bool
	acts   atomic.Int64
}

// second is a hub's root.
func second() {
	c := now.company
	gs := []*rt.Greenlet{rt.Spawn(func() { c.loop(2) }), rt.Spawn(func() { c.loop(3) })}
	rt.JoinAll(gs...)
}

func (c *company) loop(i int) {
	<-c.met
	for n := i; !c.over.Load(); n++ {
		c.busy.Add(1)
		if !c.paused.Load() {
			c.act(n % 5)
			c.acts.Add(1)
		}
		c.busy.Add(-1)
		runtime.Gosched()
	}
}

func (c *company) act(kind int) {
	switch kind {
	case 0:
		c.hub.Post(c.post)
	case 1:
		c.hub.Spawn(visit).Join()
	case 2:
		g := c.hub.Spawn(lodge)
		g.Kill()
		g.Join()
	case 3:
		rt.Snapshots(time.Second)
	case 4:
		var e rt.Event
		g := c.hub.Spawn(e.Set)
		e.Wait()
		g.Join()
	}
}

func (c *company) post() { c.acts.Add(1) }

// visit and lodge are greenlets of the scenario's hub: values of declared functions have
// twins wherever they are made.
func visit() { rt.Yield() }
func lodge() { rt.Sleep(time.Hour) }

// pause waits until nobody of the company is at anything; the hub runs meanwhile.
func (c *company) pause() {
	c.paused.Store(true)
	for c.busy.Load() > 0 {
		rt.Yield()
	}
}

// few says that the company has hardly begun; there may be none.
func (c *company) few() bool { return c != nil && c.acts.Load() < 25 }
