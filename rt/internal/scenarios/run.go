//greengen:patch
package scenarios

import (
	"time"

	"github.com/greengen/greengen/rt"
)

// times runs s n times on a hub, more often in company that has done little yet, and
// checks what each leaves behind.
func times(r *run, s scenario, n int) {
	fds := descriptors()
	for i := 0; i < n || now.company.few(); i++ {
		s.fn(r)
		if h := rt.Current().Hub(); h != nil {
			if now.company != nil {
				now.company.pause()
			}
			rt.Yield()
			rt.Yield()
			for r.lacking && h.Stats().Workers > 0 { // who waited for what is closed by now
				rt.Yield()
			}
			r.clean(h)
			r.ok(descriptors() <= fds, "descriptors are left")
			if now.company != nil {
				now.company.paused.Store(false)
			}
		}
	}
}

// now is what root runs: a literal of plain code would run plain.
var now struct {
	r *run
	s scenario
	n int

	took time.Duration // of the hub's time

	company *company // nil if there is none
}

func root() {
	if now.company != nil {
		now.company.hub = rt.CurrentHub()
		close(now.company.met)
	}
	w := watch(rt.CurrentHub())
	times(now.r, now.s, now.n)
	now.took = since(w.h, w.from)
	if now.company != nil {
		now.company.over.Store(true)
		now.company.pause()
	}
}
