//greengen:patch
package scenarios

import "github.com/greengen/greengen/rt"

// times runs s n times on a hub, more often in company that has done little yet, and
// checks what each leaves behind.
func times(r *run, s scenario, n int) {
	for i := 0; i < n || now.company.few(); i++ {
		s.fn(r)
		if h := rt.Current().Hub(); h != nil {
			if now.company != nil {
				now.company.pause()
			}
			rt.Yield()
			rt.Yield()
			r.clean(h)
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

	company *company // nil if there is none
}

func root() {
	if now.company != nil {
		now.company.hub = rt.CurrentHub()
		close(now.company.met)
	}
	times(now.r, now.s, now.n)
	if now.company != nil {
		now.company.over.Store(true)
		now.company.pause()
	}
}
