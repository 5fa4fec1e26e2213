//greengen:patch
package scenarios

import (
	"errors"
	"time"

	"github.com/greengen/greengen/rt"
)

var errE = errors.New("E")

func s025(r *run) {
	ran := false
	g := rt.New(func() { ran = true })
	g.OnDone(func() { r.note("done") })
	g.KillAsync()
	r.ok(g.Ready())
	r.isErr(rt.ErrKilled, g.Err())
	r.logged()
	rt.Yield()
	rt.Yield()
	r.logged("done")
	g.Start()
	rt.Yield()
	r.ok(!ran)
}

func s026(r *run) {
	rt.Spawn(func() { r.note("other") })
	g := rt.Spawn(func() { r.note("victim") })
	g.Kill()
	r.logged()
	rt.Yield()
	r.logged("other")
}

func s028(r *run) {
	g := rt.Spawn(func() {
		defer func() {
			rt.Sleep(30 * ms)
			r.note("cleaned")
		}()
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	g.Kill()
	r.logged("cleaned")
}

func s029(r *run) {
	g := rt.Spawn(func() {
		defer r.note("cleaned")
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	g.KillAsync()
	r.logged()
	rt.Yield()
	r.logged("cleaned")
}

func s030(r *run) {
	victim := rt.Spawn(func() {
		defer r.note("victim")
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	rt.Spawn(func() { r.note("queued before") })
	victim.Kill()
	r.logged("queued before", "victim")
}

func s032(r *run) {
	stop := false
	g := rt.Spawn(func() {
		for !stop {
			err := rt.Catch(func() { rt.Sleep(time.Hour) })
			if err == errE {
				return
			}
			r.note(err.Error())
		}
	})
	rt.Yield()
	r.ok(!g.KillTimeout(50 * ms))
	r.ok(!g.Ready())
	g.KillWith(errE)
	r.ok(g.Ready())
	r.ok(g.Err() == nil)
	r.logged(rt.ErrKilled.Error())
}

func s033(r *run) {
	g := rt.Spawn(func() { rt.Sleep(time.Hour) })
	rt.Yield()
	g.KillWith(errE)
	r.isErr(errE, g.Wait())
	n := rt.New(func() {})
	n.KillWith(errE)
	r.isErr(errE, n.Wait())
	f := rt.Call(func() (int, error) { rt.Sleep(time.Hour); return 1, nil })
	rt.Yield()
	f.Greenlet().KillWith(errE)
	v, err := f.Get()
	r.expect(0, v)
	r.isErr(errE, err)
}

func s034(r *run) {
	f := rt.Call(func() (int, error) { return 1, nil })
	f.Wait()
	f.Greenlet().Kill()
	v, err := f.Get()
	r.expect(1, v)
	r.ok(err == nil)
	r.ok(f.Greenlet().Err() == nil)
}

func s036(r *run) {
	g := rt.Spawn(func() {
		defer r.note("unwound")
		rt.Yield()
		r.note("resumed")
		rt.Yield()
		r.note("never")
	})
	rt.Yield() // g is queued by its own Yield
	g.Kill()
	r.logged("resumed", "unwound")
}

// The same where the next park waits for something: nothing may be left of the wait.
func s036b(r *run) {
	sem := rt.NewSemaphore(0)
	g := rt.Spawn(func() {
		rt.Yield()
		sem.Acquire()
		r.note("never")
	})
	rt.Yield()
	g.Kill()
	r.expect(0, sem.Waiters())
	sem.Release()
	r.expect(1, sem.Value())
	r.logged()
}

func s037(r *run) {
	n := 0
	g := rt.Spawn(func() {
		for n < 2 {
			if rt.Catch(func() { rt.Sleep(time.Hour) }) != nil {
				n++
			}
		}
	})
	rt.Yield()
	g.KillAsync()
	rt.Yield()
	g.KillAsync()
	rt.Yield()
	r.expect(2, n)
	g.Join()
}

func s038(r *run) {
	g := rt.Spawn(func() {
		defer r.note("outer")
		defer func() {
			defer r.note("interrupted")
			rt.Sleep(time.Hour)
			r.note("never")
		}()
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	g.KillAsync()
	rt.Yield()
	g.Kill()
	r.logged("interrupted", "outer")
}

func s040(r *run) {
	stubborn := rt.Spawn(func() {
		defer func() { rt.Sleep(200 * ms); r.note("stubborn") }()
		rt.Sleep(time.Hour)
	})
	ok := rt.Spawn(func() {
		defer r.note("ok")
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	r.isErr(rt.ErrTimeout, rt.KillAllTimeout(50*ms, stubborn, ok))
	r.ok(!stubborn.Ready() && ok.Ready())
	stubborn.Join()
	r.logged("ok", "stubborn")
}

func s041(r *run) {
	sem := rt.NewSemaphore(0)
	var e rt.Event
	q := rt.NewQueue[int](1)
	r.expect(nil, q.Put(1))
	p := rt.NewPool(1)
	p.Go(func() { rt.Sleep(ms) })
	gs := []*rt.Greenlet{
		rt.Spawn(func() { sem.Acquire() }),
		rt.Spawn(func() { e.Wait() }),
		rt.Spawn(func() { q.Put(2) }),
		rt.Spawn(func() { p.Go(func() { r.note("never") }) }),
	}
	rt.Yield()
	r.expect(1, sem.Waiters())
	rt.KillAll(gs...)
	r.expect(0, sem.Waiters())
	sem.Release()
	r.expect(1, sem.Value())
	v, err := q.TryGet()
	r.expect(1, v)
	r.expect(nil, err)
	_, err = q.TryGet()
	r.isErr(rt.ErrEmpty, err)
	p.Join()
	rt.Yield()
	r.expect(1, p.Free())
	getter := rt.Spawn(func() { q.Get() })
	rt.Yield()
	getter.Kill()
	r.expect(nil, q.TryPut(3))
	v, _ = q.TryGet()
	r.expect(3, v)
	r.logged()
}

func s042(r *run) {
	sem := rt.NewSemaphore(0)
	g := rt.Spawn(func() { r.note(sem.AcquireTimeout(time.Second)) })
	rt.Yield()
	sem.Release()
	g.Kill()
	r.logged(true)
	r.expect(nil, g.Err())
	r.expect(0, sem.Value())
}

// Killing oneself: at once, or at the next park.
func s035(r *run) {
	rt.Spawn(func() {
		defer r.note("now")
		rt.Current().Kill()
		r.note("never")
	}).Join()
	rt.Spawn(func() {
		defer r.note("later")
		rt.Current().KillAsync()
		r.note("goes on")
		rt.Yield()
		r.note("never")
	}).Join()
	r.logged("now", "goes on", "later")
}

func s044(r *run) {
	ends := func(g *rt.Greenlet) {
		g.OnSuccess(func() { r.note("S") })
		g.OnFailure(func() { r.note("F") })
	}
	a := rt.Spawn(func() {})
	b := rt.Spawn(func() { rt.Sleep(time.Hour) })
	c := rt.Spawn(func() { rt.Sleep(time.Hour) })
	ends(a)
	ends(b)
	ends(c)
	rt.Yield()
	b.KillWith(errE)
	c.Kill()
	rt.Yield()
	rt.Yield()
	r.logged("S", "F", "S")
	c.OnSuccess(func() { rt.Yield(); r.note("late") }) // after the end, and it may park
	rt.Sleep(ms)
	r.logged("late")
}

func s046(r *run) {
	g := rt.Spawn(func() {})
	var cancel func()
	g.OnDone(func() { r.note(1); cancel() })
	cancel = g.OnDone(func() { r.note(2) })
	g.OnDone(func() { r.note(3) })
	rt.Sleep(ms)
	r.logged(1, 3)
}

func s053(r *run) {
	a := rt.Spawn(func() {
		defer func() {
			r.note(recover())
		}()
		defer func() {
			rt.Sleep(10 * ms) // parks while P is under way
		}()
		panic("P")
	})
	b := rt.Spawn(func() {
		rt.Sleep(5 * ms)
		defer func() { r.note(recover()) }()
	})
	rt.JoinAll(a, b)
	r.logged(nil, "P")
}
