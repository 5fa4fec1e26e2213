package rt

import (
	"cmp"
	"slices"
)

// completion queues those of some Waitables that are ready.
type completion[W Waitable] struct {
	ready Queue[W]
	stops []func()
}

func newCompletion[W Waitable](ws []W) *completion[W] {
	c := &completion[W]{}
	for _, w := range ws {
		c.stops = append(c.stops, w.watch(func() { c.ready.TryPut(w) }))
	}
	return c
}

// stop forgets those that are not ready.
func (c *completion[W]) stop() {
	for _, stop := range c.stops {
		stop()
	}
}

func (g *Greenlet) watch(f func()) (stop func()) { return g.onEnd(f) }

// inOrder sorts greenlets by their age.
func inOrder(gs []*Greenlet) {
	slices.SortFunc(gs, func(a, b *Greenlet) int { return cmp.Compare(a.id(), b.id()) })
}
