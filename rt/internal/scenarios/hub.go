//greengen:patch
package scenarios

import (
	"errors"

	"github.com/greengen/greengen/rt"
)

func init() {
	all = append(all,
		scenario{name: "054", fn: s054},
		scenario{name: "055", fn: s055},
		scenario{name: "056", fn: s056},
		scenario{name: "057", fn: s057},
		scenario{name: "058", fn: s058},
		scenario{name: "062", fn: s062},
	)
}

// dead checks that err is a deadlock, and how many greenlets it lists.
func (r *run) dead(err error, parked int) {
	var dead *rt.DeadlockError
	r.ok(errors.As(err, &dead), err)
	if dead != nil {
		r.expect(parked, len(dead.Parked), err)
	}
}

func s054(r *run) {
	if rt.Current() == nil {
		return // a goroutine would wait for ever
	}
	var e rt.Event
	err := rt.Catch(func() {
		defer func() {
			r.note(recover()) // does not see it
			rt.Sleep(ms)      // the hub is usable already
			r.note("cleaned")
		}()
		e.Wait()
		r.note("woken")
	})
	r.dead(err, 1)
	r.logged(nil, "cleaned")
	e.Set() // nobody waits any more
	rt.Yield()
	rt.Spawn(func() { rt.Sleep(ms); r.note("alive") }).Join()
	r.logged("alive")
}

// A cleanup that waits for nothing is dead, too.
func s055(r *run) {
	if rt.Current() == nil {
		return
	}
	var e rt.Event
	err := rt.Catch(func() {
		defer r.note("outer")
		defer func() {
			defer r.note("inner")
			e.Wait()
		}()
		e.Wait()
	})
	r.dead(err, 1)
	r.logged("inner", "outer")
}

func s056(r *run) {
	if rt.Current() == nil {
		return
	}
	a, b := rt.NewSemaphore(1), rt.NewSemaphore(1)
	lock := func(x, y *rt.Semaphore) func() {
		return func() {
			x.Acquire()
			defer x.Release()
			rt.Yield()
			y.Acquire()
			y.Release()
		}
	}
	one, two := rt.Spawn(lock(a, b)), rt.Spawn(lock(b, a))
	r.dead(rt.Catch(func() { rt.JoinAll(one, two) }), 3)
	r.expect(rt.StateParked, one.State())
	r.expect(rt.StateParked, two.State())
	one.Kill()
	two.Join()
	r.ok(two.Err() == nil)
}

func s057(r *run) {
	if rt.Current() == nil {
		return
	}
	p := rt.NewPool(1)
	var member *rt.Greenlet
	member = p.Go(func() { p.Go(func() { r.note("never") }) })
	r.dead(rt.Catch(func() { member.Join() }), 2)
	member.Kill()
	r.logged()
}

func s058(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	t0 := clock(h)
	h.After(30*ms, func() { r.note("fired") })
	var e rt.Event
	r.dead(rt.Catch(func() { e.Wait() }), 1)
	r.ok(since(h, t0) >= 30*ms)
	r.logged("fired")
}

func s062(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	var e rt.Event
	release := h.Hold()
	outside(func() {
		h.Post(func() { r.note("posted") })
		e.Set()
		release()
	})
	r.ok(rt.Catch(func() { e.Wait() }) == nil)
	r.logged("posted")
}
