//greengen:patch
package scenarios

import (
	"bytes"
	"io"
	"net"
	"os"
	"time"

	"github.com/greengen/greengen/rt"
	scripts "github.com/greengen/greengen/rt/internal/talk"
)

func init() {
	all = append(all,
		scenario{name: "088", fn: s088, real: true, most: 20}, // 25 ms each
		scenario{name: "097", fn: s097, real: true, most: 100},
		scenario{name: "098", fn: s098, real: true, most: 100},
		scenario{name: "098b", fn: s098b, real: true, most: 5}, // 100 ms each
		scenario{name: "100", fn: s100, real: true, most: 20},  // three times 20 ms each
		scenario{name: "100b", fn: s100b, real: true, most: 100},
		scenario{name: "101", fn: s101, real: true, most: 100},
		scenario{name: "102", fn: s102, real: true, most: 20}, // 20 ms each
	)
}

// networks are what connected makes conns of: std is for those that plain code made.
var networks = []string{"tcp", "unix", "std"}

func connected(network string) (a, b net.Conn) {
	if network == "std" {
		return stdPair()
	}
	return scripts.Pair(network)
}

func s088(r *run) {
	var log scripts.Log
	scripts.DataAndDeadline(&log)
	r.expect([]string{"data <nil>"}, log.Lines())
}

func s097(r *run) {
	for _, network := range networks {
		a, b := connected(network)
		g := rt.Spawn(func() {
			buf := make([]byte, 16)
			for range 2 {
				n, err := b.Read(buf)
				r.note(string(buf[:n]), err)
			}
		})
		rt.Yield()
		r.expect(rt.StateParked, g.State())
		a.Write([]byte("hello"))
		for len(r.log) == 0 {
			rt.Yield()
		}
		rt.Yield()
		r.expect(rt.StateParked, g.State())
		a.Close()
		g.Join()
		b.Close()
		r.logged("hello", nil, "", io.EOF)
	}
}

func s098(r *run) {
	for _, network := range networks {
		r.closes(network, func(c net.Conn) { c.Close() })
	}
	for _, network := range []string{"tcp", "unix"} {
		r.closes(network, func(c net.Conn) { outside(func() { c.Close() }) })
	}
}

// The hub learns in a tenth of a second what plain code does to a conn of std's.
func s098b(r *run) {
	r.closes("std", func(c net.Conn) { outside(func() { c.Close() }) })
}

// closes lets a greenlet read until somebody closes its conn.
func (r *run) closes(network string, how func(c net.Conn)) {
	a, b := connected(network)
	g := rt.Spawn(func() {
		_, err := b.Read(make([]byte, 1))
		r.isErr(net.ErrClosed, err)
		_, ok := err.(*net.OpError)
		r.ok(ok)
	})
	rt.Yield()
	r.expect(rt.StateParked, g.State())
	how(b)
	g.Join()
	for !closed(b) {
		rt.Yield()
	}
	r.isErr(net.ErrClosed, b.Close())
	a.Close()
}

// closed says whether c is closed, and waits for nothing.
func closed(c net.Conn) bool {
	c.SetReadDeadline(time.Now().Add(-1))
	_, err := c.Read(make([]byte, 1))
	return err != nil && !os.IsTimeout(err)
}

func s100(r *run) {
	for _, network := range networks {
		a, b := connected(network)
		buf := make([]byte, 8)
		w := watch(rt.CurrentHub())
		b.SetReadDeadline(time.Now().Add(20 * ms))
		_, err := b.Read(buf)
		r.isErr(os.ErrDeadlineExceeded, err)
		r.took(w, 20*ms)
		a.Write([]byte("late"))
		_, err = b.Read(buf)
		r.isErr(os.ErrDeadlineExceeded, err)
		b.SetReadDeadline(time.Time{})
		n, err := b.Read(buf)
		r.expect("late", string(buf[:n]))
		r.expect(nil, err)
		a.Close()
		b.Close()
	}
}

// A kill during a read loses nothing.
func s100b(r *run) {
	for _, network := range networks {
		a, b := connected(network)
		buf := make([]byte, 8)
		g := rt.Spawn(func() {
			b.Read(make([]byte, 8))
			r.note("never")
		})
		rt.Yield()
		g.Kill()
		g = rt.Spawn(func() {
			n, err := b.Read(buf)
			r.note(string(buf[:n]), err)
		})
		rt.Yield()
		a.Write([]byte("safe"))
		r.ok(g.JoinTimeout(10*time.Second), "it is lost")
		r.logged("safe", nil)
		// Also if it is ready to go on.
		g = rt.Spawn(func() {
			n, _ := b.Read(buf)
			r.note(string(buf[:n]))
		})
		rt.Yield()
		a.Write([]byte("data"))
		g.Kill()
		if len(r.log) == 0 {
			n, _ := b.Read(buf)
			r.note(string(buf[:n]))
		}
		r.logged("data")
		a.Close()
		b.Close()
	}
}

func s101(r *run) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 5<<16)
	for _, network := range networks {
		a, b := connected(network)
		writer := rt.Spawn(func() {
			n, err := a.Write(data)
			r.note(n, err)
			a.Close()
		})
		rt.Yield()
		r.expect(rt.StateParked, writer.State())
		buf := make([]byte, 40_000)
		same, at := true, 0
		for {
			n, err := b.Read(buf)
			same = same && bytes.Equal(buf[:n], data[at:at+n])
			if at += n; err != nil {
				r.expect(io.EOF, err)
				break
			}
			rt.Yield()
		}
		writer.Join()
		b.Close()
		r.ok(same)
		r.expect(len(data), at)
		r.logged(len(data), nil)
	}
}

func s102(r *run) {
	var log scripts.Log
	scripts.Spin(&log)
	got := log.Lines()
	if r.lacking {
		got = got[:1] // it takes as long as the worker, which has no core for itself
	}
	r.expect([]string{"data <nil>"}, got)
}
