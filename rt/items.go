package rt

import "container/heap"

// items are those of a Queue: a ring, or a heap if there is less.
type items[T any] struct {
	less func(a, b T) bool
	ring []T // a power of two long
	head int
	n    int
	heap ranks[T]
	seq  uint64
}

func (q *items[T]) len() int { return q.n }

func (q *items[T]) push(v T) {
	q.n++
	if q.less != nil {
		q.seq++
		q.heap.less = q.less
		heap.Push(&q.heap, ranked[T]{v, q.seq})
		return
	}
	if q.n > len(q.ring) {
		ring := make([]T, max(8, 2*len(q.ring)))
		k := copy(ring, q.ring[q.head:])
		copy(ring[k:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n-1)&(len(q.ring)-1)] = v
}

func (q *items[T]) first() T {
	if q.less != nil {
		return q.heap.all[0].v
	}
	return q.ring[q.head]
}

func (q *items[T]) pop() (v T) {
	q.n--
	if q.less != nil {
		return heap.Pop(&q.heap).(ranked[T]).v
	}
	var none T
	v, q.ring[q.head] = q.ring[q.head], none
	q.head = (q.head + 1) & (len(q.ring) - 1)
	return v
}

func (q *items[T]) clear() { *q = items[T]{less: q.less} }

// ranks implements heap.Interface; equal items keep their order.
type ranks[T any] struct {
	less func(a, b T) bool
	all  []ranked[T]
}

type ranked[T any] struct {
	v   T
	seq uint64
}

func (r *ranks[T]) Len() int { return len(r.all) }

func (r *ranks[T]) Less(i, j int) bool {
	a, b := r.all[i], r.all[j]
	return r.less(a.v, b.v) || !r.less(b.v, a.v) && a.seq < b.seq
}

func (r *ranks[T]) Swap(i, j int) { r.all[i], r.all[j] = r.all[j], r.all[i] }

func (r *ranks[T]) Push(x any) { r.all = append(r.all, x.(ranked[T])) }

func (r *ranks[T]) Pop() any {
	last := len(r.all) - 1
	x := r.all[last]
	r.all[last] = ranked[T]{}
	r.all = r.all[:last]
	return x
}
