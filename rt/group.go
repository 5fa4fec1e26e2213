package rt

import "time"

// Group is a set of greenlets, which leave it when they end. The zero value is
// empty. It must not be copied. All methods are safe from any goroutine, but Kill
// and its like from that of the members' hub only by their twins.
type Group struct {
	nothing
	mu      mutex
	members map[*Greenlet]*membership
	empty   waitq
	seen    observers
}

// These implement primitive.
func (p *Group) guard() *mutex      { return &p.mu }
func (p *Group) what(*waitq) string { return "group" }

type membership struct {
	leave func()
	shot  bool
}

// Spawn spawns fn as a member.
//
//greengen:patch
func (p *Group) Spawn(fn func()) *Greenlet {
	g := New(fn)
	p.Add(g) // first: who sees what fn does must see the member too
	g.Start()
	return g
}

// JoinTimeout is Join for at most d, without limit if d < 0. It reports whether the
// Group was empty.
//
//greengen:patch
func (p *Group) JoinTimeout(d time.Duration) bool {
	p.mu.take()
	if n := len(p.members); n == 0 || d == 0 {
		p.mu.unlock()
		return n == 0
	}
	return p.empty.waits(p, &p.mu, d, false)
}

// Kill kills the members, also those that come meanwhile, each once, and parks until
// the Group is empty.
//
//greengen:patch
func (p *Group) Kill() { p.KillTimeout(-1) }

// KillTimeout is Kill for at most d, without limit if d < 0: then it returns
// ErrTimeout.
//
//greengen:patch
func (p *Group) KillTimeout(d time.Duration) error {
	end := deadline(d)
	for {
		for _, g := range p.targets() {
			g.KillAsync()
		}
		g := p.any()
		if g == nil {
			return nil
		}
		if left := end.left(); left < 0 {
			g.Join()
		} else if !g.JoinTimeout(left) {
			return ErrTimeout
		}
	}
}
