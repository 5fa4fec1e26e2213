package rt

// queue is a FIFO ring of ready greenlets; its capacity is a power of two.
type queue struct {
	ring []*Greenlet
	head uint // next to pop
	tail uint // next free place
}

func (q *queue) len() int { return int(q.tail - q.head) }

// push is put with room for it. What each switch does writes it out: gc does not inline it.
func (q *queue) push(g *Greenlet) {
	if q.full() {
		q.grow()
	}
	q.put(g)
}

func (q *queue) full() bool { return q.len() == len(q.ring) }

func (q *queue) put(g *Greenlet) {
	q.ring[q.tail&uint(len(q.ring)-1)] = g
	q.tail++
}

// pushFront puts g before all others.
func (q *queue) pushFront(g *Greenlet) {
	if q.full() {
		q.grow()
	}
	q.head--
	q.ring[q.head&uint(len(q.ring)-1)] = g
}

// pop leaves the place as it is: the ring keeps a greenlet alive until the
// place is used again, and a store less is made per switch.
func (q *queue) pop() *Greenlet {
	if q.head == q.tail {
		return nil
	}
	g := q.ring[q.head&uint(len(q.ring)-1)]
	q.head++
	return g
}

func (q *queue) grow() {
	n := max(2*len(q.ring), 64)
	ring := make([]*Greenlet, n)
	k := uint(0)
	for q.head != q.tail {
		ring[k] = q.ring[q.head&uint(len(q.ring)-1)]
		q.head++
		k++
	}
	q.ring, q.head, q.tail = ring, 0, k
}
