package rt

// ageList has those who wait in the lot, the oldest first.
type ageList struct{ head, tail *Waiting }

func (l *ageList) add(w *Waiting) {
	w.prev = l.tail
	if l.tail != nil {
		l.tail.next = w
	} else {
		l.head = w
	}
	l.tail = w
}

func (l *ageList) remove(w *Waiting) {
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		l.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		l.tail = w.prev
	}
	w.prev, w.next = nil, nil
}

// youth is how long, in ns, at least, a greenlet waits in the lot until a worker
// waits in its place: up to twice as long.
const youth = 1_000_000

// idleYouth is how long, in ns, it waits there at most while the hub is idle.
const idleYouth = 100_000

// grow hands the waits of the lot that take too long to workers. It returns how
// long the next one may go on, -1 if there is none.
func (h *Hub) grow(now int64) int64 {
	if h.young.head == nil {
		return -1
	}
	if left := h.nextEpoch - now; left > 0 {
		return left
	}
	if !h.keepsAny() {
		h.forget()
	}
	for w := h.young.head; w != nil && w.epoch != h.epoch; w = h.young.head {
		h.goOn(w)
	}
	h.epoch++
	h.nextEpoch = now + youth
	if h.young.head == nil {
		return -1
	}
	return youth
}

// keepsAny reports whether anybody waits in the lot for good.
func (h *Hub) keepsAny() bool { return h.kept.head != nil || h.packed > 0 }

// growAll is grow for all, whatever their age: nobody on this hub can end their
// wait. It keeps their order, as far as goroutines do.
func (h *Hub) growAll() {
	for h.young.head != nil {
		h.goOn(h.young.head)
	}
}

// findEnded makes ready whose wait in the lot is over, though nobody said so: plain code
// that a greenlet called may have closed the channel, as a context's cancel does. It looks
// at the youngest only, since it is called whenever the hub is about to nap.
func (h *Hub) findEnded() (found bool) {
	const most = 32
	w := h.young.tail
	for n := 0; w != nil && n < most; n++ {
		older := w.prev
		if op, ok := w.op.(Prober); ok && h.probe(w, op) {
			found = true
		}
		w = older
	}
	return found
}

// probe makes w ready if its wait is over.
func (h *Hub) probe(w *Waiting, op Prober) bool {
	switch done, again := op.Probe(); {
	case again:
		h.retry(w)
	case done:
		h.unpark(w)
		h.ready(w.g)
	default:
		return false
	}
	return true
}

// goOn lets a wait go on that takes long.
func (h *Hub) goOn(w *Waiting) {
	if !h.keep(w) {
		h.goNative(w)
	}
}

// goNative lets a worker wait in the place of w's greenlet.
func (h *Hub) goNative(w *Waiting) {
	for _, p := range w.Places() {
		if p.Heard { // a worker is one
			Strange()
		}
	}
	h.unpark(w)
	w.state = isNative
	w.native = &native{cancelled: make(chan struct{})}
	h.offloads++
	h.Offloads++
	h.workers.start(&job{hub: h, g: w.g, wait: w, why: w.op.String(), work: w.waitNatively})
}

// waitNatively runs on the worker.
func (w *Waiting) waitNatively() {
	n := w.native
	defer func() {
		if !n.done && !n.failed {
			if r := recover(); r != nil {
				n.failed, n.raised = true, r
			}
		}
	}()
	n.done = w.op.Native(n.cancelled)
}

// nativeDone takes notice of the worker's end.
func (h *Hub) nativeDone(w *Waiting) {
	left := w.state == isLeft
	w.state = atRest
	switch {
	case left:
		if w.native.done {
			w.op.(Undoer).Undo()
		}
		return
	case !w.native.killed:
	case w.native.done: // nothing is lost: the kill waits
		w.g.flags |= killLater
	default:
		w.g.flags |= killed
	}
	h.ready(w.g)
}
