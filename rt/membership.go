package rt

// Add makes g a member.
func (p *Group) Add(g *Greenlet) {
	m := &membership{}
	p.mu.lock()
	if p.members == nil {
		p.members = map[*Greenlet]*membership{}
	}
	if p.members[g] != nil {
		p.mu.unlock()
		return
	}
	p.members[g] = m
	p.mu.unlock()
	stop := g.onEnd(func() { p.Discard(g) })
	p.mu.lock()
	m.leave = stop
	p.mu.unlock()
}

// Discard makes g leave the Group, if it is a member.
func (p *Group) Discard(g *Greenlet) {
	p.mu.lock()
	m := p.members[g]
	delete(p.members, g)
	var leave func() // nil: Add is about to set it
	if m != nil {
		leave = m.leave
		if len(p.members) == 0 {
			for p.empty.wake(1) {
			}
			p.seen.tell()
		}
	}
	p.mu.unlock()
	if leave != nil {
		leave()
	}
}

// Len returns how many members there are.
func (p *Group) Len() int {
	p.mu.lock()
	defer p.mu.unlock()
	return len(p.members)
}

// targets returns the members that nobody has killed yet.
func (p *Group) targets() []*Greenlet {
	p.mu.lock()
	defer p.mu.unlock()
	var gs []*Greenlet
	for g, m := range p.members {
		if !m.shot {
			m.shot = true
			gs = append(gs, g)
		}
	}
	inOrder(gs)
	return gs
}

// list returns the members.
func (p *Group) list() []*Greenlet {
	p.mu.lock()
	defer p.mu.unlock()
	var gs []*Greenlet
	for g := range p.members {
		gs = append(gs, g)
	}
	inOrder(gs)
	return gs
}

// any returns a member, nil if there is none.
func (p *Group) any() *Greenlet {
	p.mu.lock()
	defer p.mu.unlock()
	for g := range p.members {
		return g
	}
	return nil
}

// Ready implements Waitable: the Group is empty.
func (p *Group) Ready() bool { return p.Len() == 0 }

func (p *Group) watch(f func()) (stop func()) {
	p.mu.lock()
	defer p.mu.unlock()
	return p.seen.add(&p.mu, len(p.members) == 0, f)
}
