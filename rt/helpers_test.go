package rt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

type step = greentest.Step

var (
	task = greentest.Task
	do   = greentest.Do
	on   = greentest.On
)

func run(h *green.Hub, steps []step) *green.Frame { return greentest.Run(h, steps...) }

func sleep(d time.Duration) step {
	return func(h *green.Hub) *green.Frame { return Sleep_green(h, d) }
}

func yield(h *green.Hub) *green.Frame { return Yield_green(h) }

// spawn puts the new greenlet into *g.
func spawn(g **Greenlet, steps ...step) step {
	return on(func(h *green.Hub) { *g = Spawn_green(h, task(steps...)) })
}

func join(g **Greenlet) step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func joinAll(gs ...**Greenlet) step {
	return func(h *green.Hub) *green.Frame {
		var all []*Greenlet
		for _, g := range gs {
			all = append(all, *g)
		}
		return JoinAll_green(h, all...)
	}
}

// virtual runs the steps on a hub with virtual time, and requires no error.
func virtual(t *testing.T, steps ...step) *Hub {
	t.Helper()
	h, err := virtualErr(steps...)
	require.NoError(t, err)
	return h
}

// virtualErr runs the steps on a hub with virtual time.
func virtualErr(steps ...step) (h *Hub, err error) {
	p := poll.NewFake()
	keep := on(func(g *green.Hub) { h = HubOf(g) })
	err = Run(task(append([]step{keep}, steps...)...), func(c *Config) { c.poller = p })
	return h, err
}

// virtualOn is virtual with options.
func virtualOn(t *testing.T, opts []Option, steps ...step) {
	t.Helper()
	require.NoError(t, Run(task(steps...), append(opts, WithVirtualTime())...))
}

// now returns the hub's virtual time.
func now(h *green.Hub) time.Duration { return time.Duration(HubOf(h).poller.Now()) }
