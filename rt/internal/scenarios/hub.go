//greengen:patch
package scenarios

import (
	"errors"
	"io"
	"runtime"
	"sync/atomic"
	"syscall"

	"github.com/greengen/greengen/rt"
)

func init() {
	all = append(all,
		scenario{name: "054", fn: s054, dead: true},
		scenario{name: "055", fn: s055, dead: true},
		scenario{name: "056", fn: s056, dead: true},
		scenario{name: "057", fn: s057, dead: true},
		scenario{name: "058", fn: s058, dead: true},
		scenario{name: "061", fn: s061},
		scenario{name: "062", fn: s062, dead: true},
		scenario{name: "063", fn: s063},
		scenario{name: "104", fn: s104, real: true, most: 20},
		scenario{name: "105", fn: s105, opts: []rt.Option{rt.WithOffloadMax(2)}},
		scenario{name: "106", fn: s106, real: true, most: 20},
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
	r.expect(0, size(&e, "waits", "n"))
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
	member := p.Go(func() { p.Go(func() { r.note("never") }) })
	r.dead(rt.Catch(func() { member.Join() }), 2)
	member.Kill()
	r.logged()
}

func s058(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	w := watch(h)
	h.After(30*ms, func() { r.note("fired") })
	var e rt.Event
	r.dead(rt.Catch(func() { e.Wait() }), 1)
	r.took(w, 30*ms)
	r.logged("fired")
}

func s061(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	g := rt.Spawn(func() { rt.Sleep(20 * ms) })
	w := watch(h)
	r.ok(!h.Drain(5 * ms))
	r.took(w, 5*ms)
	r.ok(!g.Ready())
	r.ok(h.Drain(-1))
	r.rest(w, 15*ms)
	r.ok(g.Ready())
	r.ok(h.Drain(-1))
	r.took(w, 0)
}

// Of a hub that is known, greenlets can be made from anywhere; its own ones are
// queued at once.
func s063(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	own := h.Spawn(func() { r.note("own"); rt.Yield() })
	release, done := h.Hold(), make(chan struct{})
	outside(func() {
		defer close(done)
		defer release()
		h.Spawn(func() { rt.Sleep(ms); r.note("outside") }).Join()
	})
	own.Join()
	r.ok(rt.CurrentHub() == h)
	<-done
	r.logged("own", "outside")
}

// tick starts a greenlet that counts until stop is called, which waits for its end.
func tick() (ticks *atomic.Int64, stop func()) {
	ticks, over := new(atomic.Int64), false
	g := rt.Spawn(func() {
		for !over {
			rt.Sleep(ms)
			ticks.Add(1)
		}
	})
	return ticks, func() { over = true; g.Join() }
}

func s104(r *run) {
	ticks, stop := tick()
	n, err := rt.Offload(func() (int, error) {
		nap(50 * ms)
		await(ticks, 4) // sooner, unless the machine is busy
		return 7, errE
	})
	r.expect(7, n)
	r.ok(err == errE)
	stop()
}

// Two run at once, the third and the fourth wait for one of them to end; one that is
// killed meanwhile never runs.
func s105(r *run) {
	h := rt.CurrentHub()
	state := func(bounded, queued int) {
		if now.company == nil { // which has calls of its own
			r.expect([]int{bounded, queued}, []int{size(h, "bounded"), size(h, "queued")})
		}
	}
	gate, began := make(chan bool), make(chan int, 5)
	var gs []*rt.Greenlet
	for i := range 5 {
		gs = append(gs, rt.Spawn(func() {
			n, err := rt.Offload(func() (int, error) {
				began <- i
				<-gate
				return i, errE
			})
			r.note(n == i, err)
		}))
	}
	rt.Yield()
	r.expect(1, <-began+<-began, "the first two")
	state(2, 3)
	gs[2].Kill()
	state(2, 2)
	for range 3 {
		rt.Yield()
	}
	r.expect(0, len(began), "nobody else until one ends")
	gate <- true
	r.expect(3, <-began)
	state(2, 1)
	gate <- true
	r.expect(4, <-began)
	close(gate)
	rt.JoinAll(gs...)
	r.expect(0, len(began))
	r.logged(true, errE, true, errE, true, errE, true, errE)
}

func s106(r *run) {
	h := rt.CurrentHub()
	ticks, stop := tick()
	offloads := h.Stats().Offloads
	p, in, out := start("read go; echo hi; exit 3")
	rt.Spawn(func() {
		for ticks.Load() < 4 {
			rt.Sleep(ms)
		}
		in.WriteString("go\n")
		in.Close()
	})
	said, err := io.ReadAll(out) // until then others tick
	r.expect("hi\n", string(said))
	r.ok(err == nil)
	s, err := rt.WaitProcess(p)
	r.ok(err == nil)
	r.expect(3, s.ExitCode())
	out.Close()
	if now.company == nil && !r.lacking {
		r.expect(offloads, h.Stats().Offloads, "no worker reads or waits")
	}

	p, in, out = start("exec sleep 10")
	waiter := rt.Spawn(func() {
		s, _ := rt.WaitProcess(p)
		r.note(s.ExitCode(), s.String())
	})
	w := watch(h)
	r.ok(!waiter.JoinTimeout(20 * ms))
	r.took(w, 20*ms)
	r.ok(p.Signal(syscall.Signal(0)) == nil) // it lives
	r.ok(p.Kill() == nil)
	waiter.Join()
	r.logged(-1, "signal: killed")
	said, err = io.ReadAll(out)
	r.ok(len(said) == 0 && err == nil)
	in.Close()
	out.Close()
	stop()
}

func s062(r *run) {
	h := rt.CurrentHub()
	if h == nil {
		return
	}
	var e rt.Event
	done := make(chan struct{})
	post := func(release func()) {
		for size(h, "sleeping") == 0 { // it has nothing else to do
			runtime.Gosched()
		}
		h.Post(func() { r.note("posted") })
		e.Set()
		release()
		close(done)
	}
	release := h.Hold()
	outside(func() { post(release) })
	r.ok(rt.Catch(func() { e.Wait() }) == nil)
	<-done
	r.logged("posted")

	// Without the Hold the hub does not know that somebody is going to.
	e.Clear()
	gate := make(chan struct{})
	outside(func() {
		<-gate
		h.Post(func() { r.note("too late") })
	})
	r.dead(rt.Catch(func() { e.Wait() }), 1)
	r.logged()
	close(gate)
	for len(r.log) == 0 {
		rt.Sleep(ms)
	}
	r.logged("too late")
}
