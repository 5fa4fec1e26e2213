//greengen:patch
package scenarios

import (
	"os"
	"time"

	"github.com/greengen/greengen/rt"
)

func init() {
	all = append(all,
		scenario{name: "004", fn: s004},
		scenario{name: "045", fn: s045},
		scenario{name: "048", fn: s048},
		scenario{name: "050", fn: s050},
		scenario{name: "050b", fn: s050b},
		scenario{name: "052", fn: s052},
		scenario{name: "052b", fn: s052b, real: true, most: 100},
	)
}

func s004(r *run) {
	h := rt.CurrentHub()
	var polls []uint64
	look := func() { polls = append(polls, r.polls(h)) }
	look()
	rt.Spawn(func() {
		look()
		rt.Spawn(func() {
			look()
			rt.Spawn(look)
		})
	})
	for range 3 {
		rt.Yield()
	}
	look()
	p := polls[0]
	r.expect([]uint64{p, p, p, p, p}, polls)
}

func s045(r *run) {
	g := rt.Spawn(func() { rt.Yield() })
	g.OnDone(func() { r.note("first") })
	g.OnDone(func() { panic("callback") })
	g.OnDone(func() { r.note("last") })
	g.Join()
	rt.Yield()
	rt.Yield()
	r.reported("callback")
	r.logged("first", "last")
}

func s048(r *run) {
	killed := rt.Spawn(func() { rt.Sleep(time.Hour) })
	gone := rt.Spawn(func() {
		defer r.note("cleaned")
		rt.Goexit()
	})
	far := rt.Spawn(func() { // on a worker
		rt.Offload(func() (int, error) { exit(); return 0, nil })
		r.note("never")
	})
	rt.Yield()
	killed.Kill()
	rt.JoinAll(killed, gone, far)
	r.reported()
	r.logged("cleaned")
	r.isErr(rt.ErrKilled, killed.Err())
	r.expect([]error{nil, nil}, []error{gone.Err(), far.Err()})
}

func s050(r *run) {
	h := rt.CurrentHub()
	h.After(ms, func() { panic("tick") })
	h.After(100*ms, func() { panic("beside") })
	w := watch(h)
	rt.Sleep(100 * ms)
	r.took(w, 100*ms)
	rt.Sleep(ms)
	r.reported("tick", "beside")
}

// All kinds of callbacks that panic are reported, and the others run.
func s050b(r *run) {
	h := rt.CurrentHub()
	var ws [5]*rt.Watcher
	bad := func(i int, s string) func() {
		return func() {
			if ws[i] != nil {
				ws[i].Stop()
			}
			panic(s)
		}
	}
	good := func(i int, s string) func() { return func() { ws[i].Stop(); r.note(s) } }
	ws[0] = h.OnPrepare(bad(0, "prepare"))
	ws[1] = h.OnPrepare(good(1, "prepare"))
	ws[2] = h.OnCheck(bad(2, "check"))
	ws[3] = h.OnCheck(good(3, "check"))
	for range 2 { // it looks for what has come
		rt.Sleep(ms)
	}
	r.reported("prepare", "check")
	r.logged("prepare", "check")
	ws[4] = h.Every(ms, bad(4, "every"))
	h.After(ms, func() { r.note("after") })
	h.Post(func() { panic("post") })
	h.Post(func() { r.note("post") })
	rt.Sleep(3 * ms)
	r.reported("post", "every")
	r.logged("post", "after")
}

// parks are what no callback may do.
var parks = []func(){
	func() { rt.Sleep(ms) },
	func() { rt.Yield() },
	func() { rt.Offload(func() (int, error) { return 0, nil }) },
	func() { rt.CurrentHub().Drain(0) },
}

func s052(r *run) {
	h := rt.CurrentHub()
	for _, park := range parks {
		var ws []*rt.Watcher
		once := func() { // each is called before the next one begins
			if len(ws) > 0 {
				ws[len(ws)-1].Stop()
			}
			park()
			r.note("never")
		}
		h.Post(once)
		rt.Sleep(ms)
		for _, begin := range []func(){
			func() { ws = append(ws, h.After(ms, once)) },
			func() { ws = append(ws, h.Every(ms, once)) },
			func() { ws = append(ws, h.OnPrepare(once)) },
			func() { ws = append(ws, h.OnCheck(once)) },
			func() { ws = append(ws, h.OnIdle(once)) },
		} {
			begin()
			for range 2 {
				rt.Sleep(ms)
			}
		}
		e := any(rt.ErrParkInHub)
		r.reported(e, e, e, e, e, e)
	}
	r.logged()
}

// The same for descriptors and processes.
func s052b(r *run) {
	h := rt.CurrentHub()
	a, b := pipe()
	p, in, out := start("exit 3")
	for _, park := range parks {
		var w *rt.Watcher
		var e rt.Event
		once := func() {
			w.Stop()
			e.Set()
			park()
			r.note("never")
		}
		b.WriteString("x")
		for _, begin := range []func() (*rt.Watcher, error){
			func() (*rt.Watcher, error) { return h.OnReadable(fd(a), once) },
			func() (*rt.Watcher, error) { return h.OnWritable(fd(b), once) },
			func() (*rt.Watcher, error) { return h.OnExit(p, once) },
		} {
			var err error
			w, err = begin()
			r.expect(nil, err)
			e.Wait()
			e.Clear()
			rt.Yield()
			r.reported(rt.ErrParkInHub)
		}
	}
	s, err := rt.WaitProcess(p)
	r.ok(err == nil && s.ExitCode() == 3)
	for _, f := range []*os.File{a, b, in, out} {
		f.Close()
	}
	r.logged()
}
