package rt

// join makes g a member, for which there is room.
func (p *Pool) join(g *Greenlet) {
	p.mu.lock()
	again := p.takes[g]
	if p.takes == nil {
		p.takes = map[*Greenlet]bool{}
	}
	p.takes[g] = true
	p.mu.unlock()
	if again { // somebody else added it meanwhile
		p.room.Release()
		return
	}
	g.onEnd(func() { p.leave(g) }) // first: who joined the Pool finds all of its room
	p.Group.Add(g)
}

// has reports whether g is a member.
func (p *Pool) has(g *Greenlet) bool {
	p.mu.lock()
	defer p.mu.unlock()
	return p.takes[g]
}

// leave gives back the room of g, once.
func (p *Pool) leave(g *Greenlet) {
	p.mu.lock()
	had := p.takes[g]
	delete(p.takes, g)
	p.mu.unlock()
	if had {
		p.room.Release()
	}
}

// Discard makes g leave the Pool, if it is a member: there is room for another one.
func (p *Pool) Discard(g *Greenlet) {
	p.leave(g)
	p.Group.Discard(g)
}

func (p *Pool) enter(me owner, n int) {
	p.mu.lock()
	defer p.mu.unlock()
	if p.inside == nil {
		p.inside = map[owner]int{}
	}
	p.inside[me] += n
	if p.inside[me] == 0 {
		delete(p.inside, me)
	}
}

func (p *Pool) within(me owner) bool {
	p.mu.lock()
	defer p.mu.unlock()
	return p.inside[me] > 0
}

func (p *Pool) ahead(n int) int {
	if n > 0 {
		return n
	}
	p.mu.lock()
	defer p.mu.unlock()
	return max(len(p.members)+p.room.Value(), 1)
}
