//greengen:patch
package scenarios

import "github.com/greengen/greengen/rt"

// times runs s n times on a hub, and checks what each leaves behind.
func times(r *run, s scenario, n int) {
	for range n {
		s.fn(r)
		if h := rt.Current().Hub(); h != nil {
			rt.Yield()
			rt.Yield()
			r.clean(h)
		}
	}
}

// now is what root runs: a literal of plain code would run plain.
var now struct {
	r *run
	s scenario
	n int
}

func root() { times(now.r, now.s, now.n) }
