//greengen:patch
package scenarios

import (
	"context"
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
	w := watch(rt.CurrentHub())
	g.Kill()
	r.took(w, 30*ms)
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
	w := watch(rt.CurrentHub())
	r.ok(!g.KillTimeout(50 * ms))
	r.took(w, 50*ms)
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

	g = rt.Spawn(func() {
		defer rt.Sleep(5 * ms)
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	r.ok(!g.KillWithTimeout(errE, 0), "without a wait")
	r.ok(!g.KillWithTimeout(errE, ms), "its defer takes longer; both kills came before it ran, and are one")
	r.ok(g.JoinTimeout(-1))
	r.isErr(errE, g.Err())
	g = rt.Spawn(func() { // itself, when it parks next
		rt.Current().KillWithTimeout(errE, 0)
		r.note("goes on")
		rt.Yield()
		r.note("never")
	})
	g.Join()
	r.isErr(errE, g.Err())
	r.logged("goes on")
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
	stubborn := func(name string) *rt.Greenlet {
		return rt.Spawn(func() {
			defer func() { r.note(name); rt.Sleep(200 * ms); r.note(name + " ends") }()
			rt.Sleep(time.Hour)
		})
	}
	s1 := stubborn("s1")
	ok := rt.Spawn(func() {
		defer r.note("ok")
		rt.Sleep(time.Hour)
	})
	s2 := stubborn("s2")
	rt.Yield()
	w := watch(rt.CurrentHub())
	r.isErr(rt.ErrTimeout, rt.KillAllTimeout(50*ms, s1, ok, s2))
	r.took(w, 50*ms)
	r.ok(!s1.Ready() && ok.Ready() && !s2.Ready())
	r.logged("s1", "ok", "s2") // none waits for the cleanup of one before
	rt.JoinAll(s1, s2)
	r.rest(w, 150*ms)
	r.logged("s1 ends", "s2 ends")
}

func s041(r *run) {
	sem := rt.NewSemaphore(0)
	var e rt.Event
	full, empty := rt.NewQueue[int](1), rt.NewQueue[int](1)
	r.expect(nil, full.Put(1))
	p := rt.NewPool(1)
	member := p.Go(func() { rt.Sleep(time.Hour) })
	waiters := func() []int {
		gets, _ := empty.Waiters()
		_, puts := full.Waiters()
		return []int{sem.Waiters(), size(&e, "waits", "n"), gets, puts, size(p, "room", "waits", "n")}
	}
	wait := func(who int) []*rt.Greenlet {
		return []*rt.Greenlet{
			rt.Spawn(func() { sem.Acquire(); r.note(who, "sem") }),
			rt.Spawn(func() { e.Wait(); r.note(who, "event") }),
			rt.Spawn(func() { v, err := empty.Get(); r.note(who, v, err) }),
			rt.Spawn(func() { r.note(who, full.Put(who)) }),
			rt.Spawn(func() { p.Go(func() { r.note(who, "member") }) }),
		}
	}
	first, second := wait(1), wait(2)
	rt.Yield()
	r.expect([]int{2, 2, 2, 2, 2}, waiters())
	rt.KillAll(first...)
	r.expect([]int{1, 1, 1, 1, 1}, waiters())
	r.logged()
	sem.Release()
	e.Set()
	r.expect(nil, empty.TryPut(7))
	v, err := full.TryGet()
	r.expect([]any{1, nil}, []any{v, err})
	member.Kill()
	rt.JoinAll(second...)
	p.Join()
	r.expect([]int{0, 0, 0, 0, 0}, waiters())
	r.logged(2, "sem", 2, "event", 2, 7, nil, 2, nil, 2, "member")
	rt.Yield()
	v, err = full.TryGet()
	r.expect([]any{2, nil, 0, 0, 0, 1}, []any{v, err, sem.Value(), empty.Len(), full.Len(), p.Free()})

	// The same where nobody waits any more: nothing is lost.
	e.Clear()
	third := wait(3)[:3]
	rt.Yield()
	rt.KillAll(third...)
	sem.Release()
	r.expect(nil, empty.TryPut(8))
	v, _ = empty.TryGet()
	r.expect([]int{1, 8}, []int{sem.Value(), v})
	p.Join()
	r.logged(3, nil, 3, "member")
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

func s049(r *run) {
	task := rt.Spawn(func() {
		defer r.note("task")
		rt.Fail(errE)
		r.note("never")
	})
	err := rt.Catch(func() {
		defer r.note("main")
		rt.Yield() // it is ready, and unwinds where it parks next
		r.note("parks")
		rt.Sleep(time.Hour)
		r.note("never")
	})
	r.ok(err == errE)
	r.isErr(errE, task.Err())
	r.logged("task", "parks", "main")
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

// Cancel ends one wait that can fail, and the greenlet's Context.
func s119(r *run) {
	q := rt.NewQueue[int](1)
	var f rt.Future[int]
	g := rt.Spawn(func() {
		ctx := rt.Context()
		r.ok(ctx == rt.Context())
		_, err := q.Get()
		r.note(err, ctx.Err() == context.Canceled, context.Cause(ctx))
		rt.Sleep(ms) // is not cut short
		_, err = f.GetTimeout(ms)
		r.note(err)
	})
	rt.Yield()
	g.Cancel(errE)
	r.logged()
	w := watch(rt.CurrentHub())
	g.Join()
	r.took(w, 2*ms)
	r.logged(errE, true, errE, rt.ErrTimeout)
	r.expect(nil, g.Err())
	g.Cancel(errE) // of one that ended: nothing

	// One that waits for something else is told at the next wait that can fail. What needs no
	// wait is done.
	g = rt.Spawn(func() {
		rt.Sleep(ms)
		r.note(q.Put(1), q.Put(2), q.Put(3) == rt.ErrFull)
	})
	rt.Yield()
	g.Cancel(nil)
	rt.Sleep(2 * ms)
	r.logged()
	v, err := q.Get()
	r.expect(1, v)
	r.expect(nil, err)
	rt.Yield()
	r.ok(g.Ready(), "the second Put failed, the third had room")
	r.logged(nil, context.Canceled, false)
	_, err = q.Get()
	r.expect(nil, err)

	// Two before it runs are one; it is the first that counts. One that came late is kept.
	g = rt.Spawn(func() {
		_, err := q.Get()
		r.note(err)
		_, err = q.GetTimeout(ms)
		r.note(err)
	})
	g.Cancel(errE)
	g.Cancel(rt.ErrClosed)
	g.Join()
	r.logged(errE, rt.ErrEmpty)

	// It is served before it is told.
	g = rt.Spawn(func() {
		v, err := q.Get()
		r.note(v, err)
	})
	rt.Yield()
	r.expect(nil, q.Put(7))
	g.Cancel(errE)
	g.Join()
	r.logged(7, nil)

	var ctx context.Context
	rt.Spawn(func() { ctx = rt.Context() }).Join()
	r.expect(context.Canceled, ctx.Err(), "of one that ended")
}

// A scope that comes to its end cancels its children.
func s120(r *run) {
	boom := errors.New("boom")
	q := rt.NewQueue[int](0)
	child := func(context.Context) error {
		_, err := q.Get()
		r.note("child", err)
		_, err = q.GetTimeout(ms) // it is told once
		r.note(err)
		return errE
	}
	err := rt.InScope(context.Background(), func(s *rt.Scope) error {
		s.Go(child)
		rt.Yield()
		return boom
	})
	r.isErr(boom, err)
	r.isErr(errE, err)
	r.logged("child", context.Canceled, rt.ErrEmpty)

	// From outside, with a cause, and a child that comes too late.
	ctx, cancel := context.WithCancelCause(context.Background())
	err = rt.InScope(ctx, func(s *rt.Scope) error {
		s.Go(func(ctx context.Context) error {
			_, err := q.Get()
			r.note("first", err)
			s.Go(func(context.Context) error {
				_, err := q.Get()
				r.note("late", err)
				return err
			})
			return err
		})
		rt.Yield()
		cancel(boom)
		<-s.Context().Done()
		return nil
	})
	r.expect(boom, err)
	r.logged("first", boom, "late", boom)
}
