//greengen:patch
package scenarios

import (
	"time"

	"github.com/greengen/greengen/rt"
)

func s060(r *run) {
	var e rt.Event
	w := watch(rt.CurrentHub())
	r.ok(!e.WaitTimeout(20 * ms))
	r.took(w, 20*ms)
	r.expect(0, size(&e, "waits", "n"))
}

func s064(r *run) {
	for _, n := range []int{1, 100, 1000} {
		var e rt.Event
		woken := 0
		var gs []*rt.Greenlet
		for range n {
			gs = append(gs, rt.Spawn(func() {
				if e.WaitTimeout(time.Second) {
					woken++
				}
			}))
		}
		rt.Yield()
		e.Set()
		e.Clear()
		rt.JoinAll(gs...)
		r.expect(n, woken)
	}
}

func s065(r *run) {
	var e rt.Event
	a := rt.Spawn(func() { e.Wait(); r.note(1) })
	b := rt.Spawn(func() { e.Wait(); r.note(2) })
	rt.Yield()
	h := rt.CurrentHub()
	polls := r.polls(h)
	e.Set()
	e.Wait()
	r.note(3)
	r.expect(polls, r.polls(h), "a pass of the loop in between")
	rt.JoinAll(a, b)
	r.logged(1, 2, 3)
}

func s066(r *run) {
	var e rt.Event
	w := rt.Spawn(func() { e.Wait(); r.note("waiter") })
	rt.Yield()
	rt.Spawn(func() { r.note("before") })
	e.Set()
	rt.Spawn(func() { r.note("after") }).Join()
	w.Join()
	r.logged("before", "waiter", "after")
}

func s068(r *run) {
	var f rt.Future[string]
	var gs []*rt.Greenlet
	var e rt.Event
	for range 3 {
		gs = append(gs, rt.Spawn(func() { v, _ := f.Get(); r.note(v) }))
	}
	rt.Yield()
	f.OnDone(func() { r.note("told") })
	cancel := f.OnDone(func() { r.note("never") })
	f.OnDone(func() { r.note("told, too") })
	cancel()
	f.OnDone(func() { e.Wait(); r.note("parked") })
	r.logged()
	r.expect(nil, f.Set("v"))
	r.logged()
	rt.JoinAll(gs...)
	rt.Sleep(ms)
	r.logged("v", "v", "v", "told", "told, too")
	f.OnDone(func() { r.note("late") })
	cancel()
	r.logged()
	rt.Sleep(ms)
	r.logged("late")
	e.Set()
	rt.Sleep(ms)
	r.logged("parked")
	r.expect([]int{0, 0}, []int{watchers(&f), size(&f, "waits", "n")})
	r.isErr(rt.ErrAlreadySet, f.Set("w"))
	var bad rt.Future[int]
	bad.OnDone(func() { r.note("failed") })
	bad.Fail(errE)
	rt.Sleep(ms)
	r.logged("failed")
	bad.Wait()
	_, err := bad.Get()
	r.isErr(errE, err)
}

func s069(r *run) {
	s := rt.NewSemaphore(0)
	var gs []*rt.Greenlet
	for i := range 4 {
		gs = append(gs, rt.Spawn(func() { s.Acquire(); r.note(i) }))
	}
	rt.Yield()
	s.Release()
	s.Release()
	rt.Yield()
	r.logged(0, 1)
	s.Release()
	rt.Yield()
	r.logged(2)
	r.expect(1, s.Waiters())
	rt.KillAll(gs...)
}

func s070(r *run) {
	s := rt.NewSemaphore(0)
	w := watch(rt.CurrentHub())
	r.ok(!s.AcquireTimeout(20 * ms))
	r.took(w, 20*ms)
	r.expect(0, s.Waiters())
}

func s072(r *run) {
	s := rt.NewSemaphore(1)
	stop := false
	var turn func(name string)
	turn = func(name string) {
		s.Acquire()
		rt.Yield()
		s.Release()
		if !stop {
			rt.Spawn(func() { turn(name) })
		}
	}
	rt.Spawn(func() { turn("A") })
	rt.Spawn(func() { turn("B") })
	rt.Sleep(0)
	c := rt.Spawn(func() { s.Acquire(); stop = true; s.Release() })
	c.Join()
	for s.Waiters() > 0 || s.Value() == 0 {
		rt.Yield()
	}
}

func s073(r *run) {
	s := rt.NewBounded(1)
	r.isErr(rt.ErrOverRelease, s.Release())
	r.expect(1, s.Value())
	s.Acquire()
	r.expect(nil, s.Release())
}

func s074(r *run) {
	var m rt.RMutex
	m.Lock()
	m.Lock()
	rt.Spawn(func() {
		r.isErr(rt.ErrNotOwner, m.Unlock())
		r.ok(!m.TryLock())
	}).Join()
	other := rt.Spawn(func() { m.Lock(); r.note("other"); r.expect(nil, m.Unlock()) })
	rt.Yield()
	r.expect(nil, m.Unlock())
	rt.Yield()
	r.logged()
	r.expect(nil, m.Unlock())
	other.Join()
	r.logged("other")
	r.isErr(rt.ErrNotOwner, m.Unlock())
}

func s076(r *run) {
	q := rt.NewQueue[string](0)
	var gs []*rt.Greenlet
	for i := range 3 {
		gs = append(gs, rt.Spawn(func() { v, _ := q.Get(); r.note(i, v) }))
	}
	rt.Yield()
	for _, v := range []string{"x", "y", "z"} {
		q.Put(v)
	}
	rt.JoinAll(gs...)
	r.logged(0, "x", 1, "y", 2, "z")
}

func s077(r *run) {
	q := rt.NewQueue[int](0)
	w := watch(rt.CurrentHub())
	a := rt.Spawn(func() { _, err := q.GetTimeout(10 * ms); r.isErr(rt.ErrEmpty, err) })
	b := rt.Spawn(func() { v, _ := q.Get(); r.note(v) })
	a.Join()
	r.took(w, 10*ms)
	q.Put(5)
	b.Join()
	r.logged(5)
	q.Put(6)
	r.expect(1, q.Len())
}

func s078(r *run) {
	q := rt.NewQueue[int](1)
	w := watch(rt.CurrentHub())
	_, err := q.GetTimeout(ms)
	r.isErr(rt.ErrEmpty, err)
	r.took(w, ms)
	q.Put(1)
	r.isErr(rt.ErrFull, q.PutTimeout(2, 3*ms))
	r.took(w, 3*ms)
	r.isErr(rt.ErrFull, q.TryPut(2))
	r.took(w, 0)
	r.expect(1, q.Len())
	v, _ := q.Get()
	r.expect(1, v)
	_, err = q.TryGet()
	r.isErr(rt.ErrEmpty, err)
}

// A blocked putter's item enters when there is room, before that of one who comes later.
func s079(r *run) {
	q := rt.NewQueue[int](1)
	q.Put(1)
	p := rt.Spawn(func() { r.expect(nil, q.Put(2)) })
	rt.Yield()
	v, _ := q.Get()
	r.note(v)
	r.isErr(rt.ErrFull, q.TryPut(3))
	p.Join()
	v, _ = q.Get()
	r.note(v)
	r.logged(1, 2)
}

func s080(r *run) {
	q := rt.NewQueue[int](2)
	getter := rt.Spawn(func() { _, err := q.Get(); r.isErr(rt.ErrClosed, err) })
	rt.Yield()
	q.Close()
	getter.Join()
	r.isErr(rt.ErrClosed, q.Put(1))

	q = rt.NewQueue[int](2)
	q.Put(1)
	q.Put(2)
	putter := rt.Spawn(func() { r.isErr(rt.ErrClosed, q.Put(3)) })
	rt.Yield()
	q.Close()
	putter.Join()
	for v := range q.All() {
		r.note(v)
	}
	r.logged(1, 2)

	q = rt.NewQueue[int](2)
	q.Put(1)
	q.CloseNow()
	_, err := q.Get()
	r.isErr(rt.ErrClosed, err)
}

func s081(r *run) {
	c := make(chan string)
	g := rt.Spawn(func() {
		r.note(<-c)
		r.note(<-c)
	})
	r.note("sending")
	c <- "hello"
	r.note("sent hello")
	c <- "world"
	r.note("sent world")
	g.Join()
	// Who sends to one that waits goes on, as in Go: "sent world" before "world".
	r.logged("sending", "hello", "sent hello", "sent world", "world")
}

// A rendezvous is a channel.
func s082(r *run) {
	c := make(chan int)
	try := func() {
		select {
		case c <- 1:
			r.note("put")
		default:
			r.note("full")
		}
	}
	try()
	r.expect(0, len(c))
	got := rt.Call(func() (int, error) { return <-c, nil })
	c <- 2 // and not the 1
	v, err := got.Get()
	r.expect(2, v, err)
	r.logged("full")
}

func s083(r *run) {
	q := rt.NewPriorityQueue(0, func(a, b int) bool { return a/10 < b/10 })
	for _, v := range []int{31, 11, 12, 21, 13} {
		q.Put(v)
	}
	q.Close()
	for v := range q.All() {
		r.note(v)
	}
	r.logged(11, 12, 13, 21, 31)

	w := rt.NewWorkQueue[int](0)
	r.isErr(rt.ErrDone, w.Done())
	for i := range 3 {
		w.Put(i)
	}
	worker := rt.Spawn(func() {
		for range w.All() {
			rt.Sleep(ms)
			w.Done()
		}
	})
	watch := watch(rt.CurrentHub())
	r.ok(!w.JoinTimeout(ms))
	r.took(watch, ms)
	w.Join()
	r.rest(watch, 2*ms)
	r.expect(0, w.Open())
	w.Close()
	worker.Join()
}
