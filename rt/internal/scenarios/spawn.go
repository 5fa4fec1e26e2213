//greengen:patch
package scenarios

import (
	"errors"
	"time"

	"github.com/greengen/greengen/rt"
)

func s001(r *run) {
	ran := false
	g := rt.Spawn(func() { ran = true })
	r.ok(!ran)
	rt.Yield()
	r.ok(ran)
	r.ok(g.Ready())
}

func s002(r *run) {
	for i := range 5 {
		rt.Spawn(func() { r.note(i) })
	}
	rt.Yield()
	r.logged(0, 1, 2, 3, 4)
}

func s005(r *run) {
	w := watch(rt.CurrentHub())
	g := rt.SpawnAfter(20*ms, func() { r.note("ran") })
	r.expect(rt.StateNew, g.State())
	rt.Yield()
	r.ok(!g.Ready())
	g.Join()
	r.took(w, 20*ms)
	r.logged("ran")
}

func s006(r *run) {
	var child *rt.Greenlet
	parent := rt.Spawn(func() {
		child = rt.Spawn(func() { rt.Sleep(ms); r.note("child") })
	})
	parent.Join()
	r.ok(!child.Ready())
	child.Join()
	r.logged("child")
}

func s008(r *run) {
	a := rt.SpawnAfter(30*ms, func() { r.note(30) })
	b := rt.SpawnAfter(10*ms, func() { r.note(10) })
	c := rt.SpawnAfter(20*ms, func() { r.note(20) })
	rt.JoinAll(a, b, c)
	r.logged(10, 20, 30)
}

func s009(r *run) {
	var gs []*rt.Greenlet
	for i := range 6 {
		gs = append(gs, rt.SpawnAfter(5*ms, func() { r.note(i) }))
	}
	rt.JoinAll(gs...)
	r.logged(0, 1, 2, 3, 4, 5)
}

// A SpawnAfter that is killed before never runs, and leaves no timer.
func s009b(r *run) {
	g := rt.SpawnAfter(time.Hour, func() { r.note("ran") })
	g.Kill()
	r.ok(g.Ready())
	r.isErr(rt.ErrKilled, g.Err())
	r.logged()
}

func s010(r *run) {
	g := rt.Spawn(func() { rt.Sleep(10 * time.Second) })
	w := watch(rt.CurrentHub())
	r.ok(!g.JoinTimeout(20 * ms))
	r.took(w, 20*ms)
	r.expect(rt.StateParked, g.State())
	r.expect(0, joiners(g))
	g.Kill()
}

func s012(r *run) {
	f := rt.Call(func() (int, error) { rt.Sleep(300 * ms); return 7, nil })
	w := watch(rt.CurrentHub())
	_, err := f.GetTimeout(0)
	r.isErr(rt.ErrTimeout, err)
	r.took(w, 0)
	_, err = f.GetTimeout(10 * ms)
	r.isErr(rt.ErrTimeout, err)
	r.took(w, 10*ms)
	r.ok(!f.Greenlet().Ready())
	r.expect(0, size(f, "waits", "n"))
	v, err := f.Get()
	r.rest(w, 290*ms)
	r.expect(7, v)
	r.ok(err == nil)
}

func s013(r *run) {
	g := rt.Spawn(func() { rt.Sleep(10 * time.Second) })
	var to *rt.Timeout
	joined := "not reached"
	w := watch(rt.CurrentHub())
	err := rt.WithTimeout(10*ms, func() error {
		if g.JoinTimeout(time.Second) {
			joined = "ended"
		} else {
			joined = "timeout"
		}
		return nil
	})
	r.took(w, 10*ms)
	r.ok(errors.As(err, &to))
	r.expect("rt: timeout of 10ms", err.Error()) // the outer one, and no other
	r.expect("not reached", joined)
	r.expect(0, joiners(g))
	g.Kill()
}

func s014(r *run) {
	a := rt.Spawn(func() { rt.Sleep(30 * ms) })
	b := rt.Spawn(func() { rt.Sleep(10 * ms) })
	c := rt.Spawn(func() { rt.Sleep(20 * ms) })
	r.expect([]*rt.Greenlet{b, c, a}, rt.JoinFirst(0, a, b, c))
}

func s016(r *run) {
	w := watch(rt.CurrentHub())
	a := rt.Spawn(func() { rt.Sleep(30 * time.Second) })
	b := rt.Spawn(func() { rt.Sleep(10 * ms) })
	r.expect([]*rt.Greenlet{b}, rt.JoinFirst(1, a, b))
	r.ok(since(w.h, w.from) < time.Second)
	r.took(w, 10*ms)
	r.expect(0, joiners(a))
	a.Kill()
}

func s017(r *run) {
	early, late := errors.New("early"), errors.New("late")
	fail := func(d time.Duration, err error) *rt.Greenlet {
		g := rt.Spawn(func() { rt.Sleep(time.Hour) })
		rt.SpawnAfter(d, func() { g.KillWith(err) })
		return g
	}
	w := watch(rt.CurrentHub())
	a, b := fail(10*ms, early), fail(300*ms, late)
	c := rt.Spawn(func() { rt.Sleep(400 * ms) })
	r.isErr(early, rt.JoinErr(a, b, c))
	r.took(w, 10*ms)
	r.expect([]int{0, 0}, []int{joiners(b), joiners(c)})
	r.ok(!b.Ready() && !c.Ready())
	d := rt.Spawn(func() { rt.Sleep(time.Hour) })
	rt.Yield()
	d.Kill()
	r.isErr(rt.ErrKilled, rt.JoinErr(d, c))
	r.isErr(late, rt.JoinErrBut(rt.ErrKilled, d, b, c))
	r.expect(nil, rt.JoinErrBut(late, b, c))
	rt.JoinAll(b, c)
}

func s018(r *run) {
	a := rt.Spawn(func() { rt.Sleep(ms) })
	r.expect([]*rt.Greenlet{a, a}, rt.JoinFirst(0, a, a))
	r.expect(0, len(rt.JoinFirst(0)))
}

func s020(r *run) {
	a := rt.Spawn(func() { rt.Sleep(200 * ms) })
	b := rt.Spawn(func() { rt.Sleep(10 * ms) })
	done := rt.Spawn(func() {})
	done.Join()
	failing := rt.Spawn(func() { rt.Sleep(time.Hour) })
	rt.SpawnAfter(15*ms, func() { failing.KillWith(errors.New("failed")) })
	names := map[*rt.Greenlet]string{a: "a", b: "b", done: "done", failing: "failing"}
	for g := range rt.Completed(a, b, done, failing) {
		r.note(names[g])
		rt.Sleep(ms)
	}
	r.logged("done", "b", "failing", "a")
}

func s021(r *run) {
	s1, s2 := rt.NewSemaphore(0), rt.NewSemaphore(0)
	rt.Spawn(func() { rt.Sleep(ms); s1.Release() })
	for s := range rt.Completed(s1, s2) {
		r.ok(s == s1)
		r.expect([]int{0, 1}, []int{watchers(s1), watchers(s2)})
		break
	}
	r.expect([]int{0, 0}, []int{watchers(s1), watchers(s2)})
	r.expect(1, s1.Value()) // not taken
	r.expect(0, s2.Waiters())
}

func s022(r *run) {
	var e rt.Event
	var f rt.Future[int]
	s := rt.NewSemaphore(0)
	g := rt.Spawn(func() { rt.Sleep(30 * ms) })
	rt.SpawnAfter(10*ms, func() { f.Set(1) })
	rt.SpawnAfter(20*ms, func() { e.Set() })
	rt.SpawnAfter(15*ms, func() { r.note(watchers(&f), watchers(&e), watchers(s), joiners(g)) })
	w := watch(rt.CurrentHub())
	r.expect([]rt.Waitable{&f, &e, g}, rt.Wait(300*ms, 0, &e, &f, s, g))
	r.took(w, 300*ms)
	r.logged(0, 1, 1, 1)
	r.expect([]int{0, 0}, []int{watchers(s), s.Waiters()})
}

func s024(r *run) {
	var g *rt.Greenlet
	g = rt.Spawn(func() {
		w := watch(rt.CurrentHub())
		r.ok(!g.JoinTimeout(ms))
		r.took(w, ms)
		r.note("after")
	})
	g.Join()
	r.logged("after")
}

func s116(r *run) {
	own, shared := rt.NewLocal[string](), rt.NewInherited[string]()
	own.Set("main")
	shared.Set("main")
	a := rt.Spawn(func() {
		r.note(own.Get(), shared.Get())
		own.Set("a")
		shared.Set("a")
		b := rt.Spawn(func() { r.note(own.Get(), shared.Get()) })
		shared.Set("later")
		b.Join()
		r.note(own.Get(), shared.Get())
	})
	a.Join()
	r.note(own.Get(), shared.Get())
	r.logged("", "main", "", "a", "a", "later", "main", "main")
}
