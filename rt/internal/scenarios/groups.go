//greengen:patch
package scenarios

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/greengen/greengen/rt"
)

func s084(r *run) {
	t := rt.StartTimeout(10 * ms)
	t.Stop()
	rt.Sleep(20 * ms)
	r.expect(nil, rt.WithTimeout(10*ms, func() error { return nil }))
	rt.Sleep(20 * ms)
}

func s085(r *run) {
	n := 0
	w := watch(rt.CurrentHub())
	err := rt.WithTimeout(20*ms, func() error {
		for {
			n++
			rt.Yield()
		}
	})
	r.took(w, 20*ms)
	r.ok(errors.As(err, new(*rt.Timeout)))
}

// The nested ones are told apart.
func s086(r *run) {
	var outer, inner *rt.Timeout
	w := watch(rt.CurrentHub())
	err := rt.WithTimeout(10*ms, func() error {
		err := rt.WithTimeout(50*ms, func() error {
			rt.Sleep(time.Hour)
			return nil
		})
		r.ok(!errors.As(err, &inner)) // not reached: the outer one passes through
		r.note("never")
		return err
	})
	r.ok(errors.As(err, &outer))
	r.took(w, 10*ms)
	err = rt.WithTimeout(50*ms, func() error {
		err := rt.WithTimeout(10*ms, func() error {
			rt.Sleep(time.Hour)
			return nil
		})
		r.ok(errors.As(err, &inner))
		r.took(w, 10*ms)
		rt.Sleep(ms)
		return nil
	})
	r.expect(nil, err)
	r.logged()
}

// A Timeout that nobody parks under is not raised, one that is over when somebody parks
// is raised there.
func s086b(r *run) {
	r.expect(nil, rt.WithTimeout(10*ms, func() error {
		busy(50 * ms)
		r.note("ended")
		return nil
	}))
	r.logged("ended")
	rt.Sleep(20 * ms) // nothing comes later
	err := rt.WithTimeout(10*ms, func() error {
		busy(50 * ms)
		r.note("parks")
		rt.Sleep(ms)
		r.note("never")
		return nil
	})
	r.ok(errors.As(err, new(*rt.Timeout)))
	r.logged("parks")
}

func s089(r *run) {
	var g rt.Group
	g.Spawn(func() {
		rt.Sleep(10 * ms)
		g.Spawn(func() { rt.Sleep(10 * ms); r.note("late") })
	})
	g.Join()
	r.logged("late")
	g.Spawn(func() {
		defer func() { g.Spawn(func() { defer r.note("too"); rt.Sleep(time.Hour) }); rt.Yield() }()
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	g.Kill()
	r.expect(0, g.Len())
	r.logged("too")
}

func s090(r *run) {
	var g rt.Group
	g.Spawn(func() {
		defer func() { r.note("shot"); rt.Sleep(200 * ms) }()
		rt.Sleep(time.Hour)
	})
	rt.Yield()
	w := watch(rt.CurrentHub())
	for range 3 {
		r.isErr(rt.ErrTimeout, g.KillTimeout(10*ms))
		r.took(w, 10*ms)
	}
	r.ok(!g.JoinTimeout(20 * ms))
	r.took(w, 20*ms)
	g.Join()
	r.rest(w, 150*ms)
	r.logged("shot")
}

func s092(r *run) {
	p := rt.NewPool(1)
	p.Go(func() { rt.Sleep(ms) })
	_, err := p.TryGo(func() {})
	r.isErr(rt.ErrPoolFull, err)
	p.Join()
	_, err = rt.NewPool(0).TryGo(func() {})
	r.isErr(rt.ErrPoolFull, err)

	// Spawn and Add keep to the size, too.
	p = rt.NewPool(2)
	var last, end rt.Event
	now, most := 0, 0
	for i := range 6 {
		p.Spawn(func() {
			now++
			most = max(most, now)
			if i < 4 {
				rt.Sleep(ms)
			} else {
				last.Wait()
			}
			now--
		})
	}
	r.expect(0, p.Free())
	g := rt.Spawn(func() { end.Wait() })
	r.isErr(rt.ErrPoolFull, p.TryAdd(g))
	rt.SpawnAfter(ms, func() { last.Set() })
	p.Add(g) // waits for the fifth or sixth
	for p.Len() > 1 {
		rt.Yield()
	}
	p.Add(g) // is a member
	r.expect(1, p.Free())
	p.Discard(g)
	r.expect(2, p.Free())
	r.expect(nil, p.TryAdd(g))
	end.Set()
	p.Join()
	r.expect(2, most)
	r.expect(2, p.Free())
	r.ok(g.Ready())
}

func s093(r *run) {
	p := rt.NewPool(1)
	p.Go(func() { rt.Sleep(time.Hour) }).KillWith(errE)
	rt.Yield()
	r.expect(1, p.Free())
}

func s094(r *run) {
	p := rt.NewPool(1)
	p.Do(func() {
		p.Do(func() { rt.Sleep(ms); r.note("inline") })
		r.note("outer")
	})
	r.logged("inline", "outer")
	p.Do(func() { // a map within a member
		out, err := rt.Map(p, []int{1, 2}, func(n int) (int, error) { rt.Sleep(ms); return 10 * n, nil })
		r.expect([]int{10, 20}, out)
		r.expect(nil, err)
		for n := range rt.MapSeq(p, 0, slices.Values([]int{3, 4}), func(n int) (int, error) { return n, nil }) {
			r.note(n)
		}
		for n := range rt.MapUnordered(p, 0, slices.Values([]int{5}), func(n int) (int, error) { return n, nil }) {
			r.note(n)
		}
	})
	r.logged(3, 4, 5)
}

func s095(r *run) {
	p := rt.NewPool(2)
	out, err := rt.Map(p, []int{3, 1, 2, 0}, func(n int) (int, error) {
		rt.Sleep(time.Duration(n) * ms)
		if n == 1 || n == 2 {
			return 0, errors.New([]string{"", "one", "two"}[n])
		}
		return n * 10, nil
	})
	r.expect([]int{30, 0, 0, 0}, out)
	r.expect("one", err.Error()) // the first by index, though two failed first or later
	for v, err := range rt.MapUnordered(p, 0, slices.Values([]int{3, 1}), func(n int) (int, error) {
		rt.Sleep(time.Duration(n) * ms)
		return n, nil
	}) {
		r.expect(nil, err)
		r.note(v)
	}
	r.logged(1, 3)
	p.Join()
}

func s096(r *run) {
	p := rt.NewPool(10)
	started, read := 0, 0
	for v, err := range rt.MapSeq(p, 1, slices.Values([]int{0, 1, 2, 3, 4, 5, 6, 7}), func(n int) (int, error) {
		started++
		rt.Sleep(time.Duration(8-n) * ms)
		return n, nil
	}) {
		r.expect(nil, err)
		r.expect(read, v)
		read++
		rt.Sleep(20 * ms)
		r.ok(started <= read+2, started, read)
	}
	r.expect(8, read)
	p.Join()
}

func s118(r *run) {
	boom := errors.New("boom")
	err := rt.InScope(context.Background(), func(s *rt.Scope) error {
		s.Go(func(ctx context.Context) error { rt.Sleep(10 * ms); return boom })
		s.Go(func(ctx context.Context) error { <-ctx.Done(); r.note("cancelled"); return ctx.Err() })
		return nil
	})
	r.isErr(boom, err)
	r.ok(!errors.Is(err, context.Canceled))
	r.logged("cancelled")

	r.expect(nil, rt.InScope(context.Background(), func(s *rt.Scope) error {
		s.Go(func(ctx context.Context) error { rt.Sleep(ms); r.note("child"); return nil })
		return nil
	}))
	r.logged("child")

	w := watch(rt.CurrentHub())
	err = rt.InScope(context.Background(), func(s *rt.Scope) error { // a stubborn child is killed
		s.Grace = 10 * ms
		s.Go(func(ctx context.Context) error {
			defer r.note("killed")
			rt.Sleep(time.Hour)
			return nil
		})
		rt.Yield()
		return boom
	})
	r.isErr(boom, err)
	r.logged("killed")
	r.ok(since(w.h, w.from) < time.Minute, "when its grace is over")
	r.took(w, 10*ms)

	// If the owner unwinds, the children end first.
	owner := rt.Spawn(func() {
		rt.InScope(context.Background(), func(s *rt.Scope) error {
			s.Go(func(ctx context.Context) error { <-ctx.Done(); r.note("child ended"); return nil })
			rt.Sleep(time.Hour)
			return nil
		})
	})
	rt.Yield()
	owner.Kill()
	r.logged("child ended")
}
