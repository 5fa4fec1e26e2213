//go:build unix

package poll

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// backend is a Poller under test, and how it is made to see things.
type backend struct {
	new func() Poller
	fds bool // it watches descriptors
	// fake: events are made by hand, time is virtual
	fake bool
}

var backends = map[string]backend{
	native:     {new: best, fds: HasFDs},
	"portable": {new: func() Poller { return NewPortable() }},
	"fake":     {new: func() Poller { return NewFake() }, fake: true},
	"failing":  {new: func() Poller { return &Failing{Poller: best(), OnAdd: func() error { return nil }} }, fds: HasFDs},
}

func init() {
	if more("epoll-wait") != nil {
		backends["epoll-wait"] = backend{new: func() Poller { return more("epoll-wait") }, fds: true}
	}
}

// sockets returns two ends that do not block.
func sockets(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Close(fds[0]); syscall.Close(fds[1]) })
	for _, fd := range fds {
		require.NoError(t, syscall.SetNonblock(fd, true))
	}
	return fds[0], fds[1]
}

// seen is what a Poller said of a descriptor, in one or more events.
func seen(t *testing.T, p Poller, fd int, gen uint32, want Mode) {
	t.Helper()
	var got Mode
	for end := time.Now().Add(5 * time.Second); got&want != want && time.Now().Before(end); {
		for _, e := range p.Wait(int64(time.Second), true) {
			require.EqualValues(t, fd, e.FD)
			require.Equal(t, gen, e.Gen)
			got |= e.Mode
		}
	}
	require.Equal(t, want, got&want)
}

// quiet requires that nothing is said.
func quiet(t *testing.T, p Poller) {
	t.Helper()
	require.Empty(t, p.Wait(0, true))
	require.Empty(t, p.Wait(int64(time.Millisecond), true))
}

func put(t *testing.T, fd int, s string) {
	t.Helper()
	n, err := syscall.Write(fd, []byte(s))
	require.NoError(t, err)
	require.Equal(t, len(s), n)
}

func take(fd int) {
	for b := make([]byte, 1<<16); ; {
		if n, err := syscall.Read(fd, b); n <= 0 || err != nil {
			return
		}
	}
}

// fill writes until no more fits.
func fill(fd int) {
	for b := make([]byte, 1<<16); ; {
		if _, err := syscall.Write(fd, b); err != nil {
			return
		}
	}
}

// contract is what Poller's comment promises, of descriptors.
var contract = map[string]func(t *testing.T, p Poller){
	"what it is ready for is an event at once": func(t *testing.T, p Poller) {
		a, b := sockets(t)
		put(t, b, "x")
		require.NoError(t, p.Add(a, 7))
		seen(t, p, a, 7, Read|Write)
		quiet(t, p)
	},
	"edges, not levels": func(t *testing.T, p Poller) {
		a, b := sockets(t)
		require.NoError(t, p.Add(a, 1))
		seen(t, p, a, 1, Write)
		quiet(t, p)
		for range 3 { // each write is an edge, though nothing is read
			put(t, b, "x")
			seen(t, p, a, 1, Read)
			quiet(t, p)
		}
		fill(a)
		take(b)
		seen(t, p, a, 1, Write)
		quiet(t, p)
	},
	"modified, it says again what it is ready for": func(t *testing.T, p Poller) {
		a, b := sockets(t)
		require.NoError(t, p.Add(a, 1))
		put(t, b, "x")
		seen(t, p, a, 1, Read|Write)
		quiet(t, p)
		require.NoError(t, p.Mod(a, 2))
		seen(t, p, a, 2, Read|Write)
		quiet(t, p)
		take(a)
		require.NoError(t, p.Mod(a, 3))
		seen(t, p, a, 3, Write)
		quiet(t, p)
	},
	"removed, it is silent": func(t *testing.T, p Poller) {
		a, b := sockets(t)
		require.NoError(t, p.Add(a, 1))
		seen(t, p, a, 1, Write)
		require.NoError(t, p.Remove(a))
		put(t, b, "x")
		quiet(t, p)
		require.Error(t, p.Remove(a))
		require.NoError(t, p.Add(a, 2))
		seen(t, p, a, 2, Read|Write)
	},
	"the end of the peer": func(t *testing.T, p Poller) {
		a, b := sockets(t)
		require.NoError(t, p.Add(a, 1))
		seen(t, p, a, 1, Write)
		require.NoError(t, syscall.Shutdown(b, syscall.SHUT_WR))
		seen(t, p, a, 1, Read|Hup)
	},
	"a number that is used anew": func(t *testing.T, p Poller) {
		for gen := uint32(1); gen <= 50; gen++ {
			fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
			require.NoError(t, err)
			require.NoError(t, p.Add(fds[0], gen))
			put(t, fds[1], "x")
			if gen%2 == 0 { // else what was not fetched must not come later
				seen(t, p, fds[0], gen, Read|Write)
			}
			syscall.Close(fds[0])
			syscall.Close(fds[1])
		}
		quiet(t, p)
	},
	"many at once": func(t *testing.T, p Poller) {
		const n = 300 // more than fit in one answer
		var as, bs [n]int
		left := map[int32]bool{}
		for i := range n {
			as[i], bs[i] = sockets(t)
			require.NoError(t, p.Add(as[i], uint32(i)))
			left[int32(as[i])] = true
			put(t, bs[i], "x")
		}
		for len(left) > 0 {
			evs := p.Wait(int64(time.Second), true)
			require.NotEmpty(t, evs)
			for _, e := range evs {
				require.EqualValues(t, as[e.Gen], e.FD)
				if e.Mode&Read != 0 {
					delete(left, e.FD)
				}
			}
		}
	},
	"its own descriptor is readable while there are events": func(t *testing.T, p Poller) {
		fd, err := p.FD()
		require.NoError(t, err)
		ready := func(d time.Duration) int {
			n, err := One(fd, false, d)
			require.NoError(t, err)
			return n
		}
		require.Zero(t, ready(0))
		a, b := sockets(t)
		require.NoError(t, p.Add(a, 1))
		require.Equal(t, 1, ready(time.Second))
		seen(t, p, a, 1, Write)
		require.Zero(t, ready(0))
		put(t, b, "x")
		require.Equal(t, 1, ready(time.Second))
		seen(t, p, a, 1, Read)
		p.Wake(true)
		require.Equal(t, 1, ready(time.Second), "a wake")
	},
	"a number that is none": func(t *testing.T, p Poller) {
		require.ErrorIs(t, p.Add(1<<20, 1), syscall.EBADF)
	},
}

func TestContract(t *testing.T) {
	for name, b := range backends {
		for what, f := range contract {
			if b.fds {
				t.Run(name+"/"+what, func(t *testing.T) {
					p := b.new()
					defer p.Close()
					f(t, p)
				})
			}
		}
		t.Run(name+"/timeouts", func(t *testing.T) { testTimeouts(t, b) })
		t.Run(name+"/wakes", func(t *testing.T) { testWakes(t, b) })
		if !b.fds && !b.fake {
			t.Run(name+"/no descriptors", func(t *testing.T) {
				p := b.new()
				require.Equal(t, ErrNoFDs, p.Add(0, 1))
				require.Equal(t, ErrNoFDs, p.Mod(0, 1))
				_, err := p.FD()
				require.Equal(t, ErrNoFDs, err)
			})
		}
	}
}

// watchOne makes p open what it needs.
func watchOne(t *testing.T, p Poller, b backend) {
	if b.fds {
		fd, _ := sockets(t)
		require.NoError(t, p.Add(fd, 1))
		for len(p.Wait(0, true)) > 0 {
		}
	}
}

func testTimeouts(t *testing.T, b backend) {
	for _, fds := range []bool{false, true} {
		p := b.new()
		watchOne(t, p, b)
		for _, d := range []time.Duration{0, 1, 300 * time.Microsecond, 2 * time.Millisecond} {
			start := p.Now()
			require.Empty(t, p.Wait(int64(d), fds))
			require.GreaterOrEqual(t, p.Now()-start, int64(d))
		}
		require.NoError(t, p.Close())
	}
}

// No wake is lost, whether it comes before, during or after the begin of a wait, and
// whether descriptors are watched.
func testWakes(t *testing.T, b backend) {
	for _, fds := range []bool{false, true} {
		for _, watch := range []bool{false, true} {
			t.Run(fmt.Sprintf("fds %v, some watched %v", fds, watch), func(t *testing.T) {
				p := b.new()
				defer p.Close()
				if watch {
					watchOne(t, p, b)
				}
				var asked, served atomic.Int32
				var wg sync.WaitGroup
				const n, each = 3, 100
				for range n {
					wg.Go(func() {
						for range each {
							k := asked.Add(1)
							p.Wake(fds)
							for served.Load() < k {
								runtime.Gosched()
							}
						}
					})
				}
				for served.Load() < n*each {
					p.Wait(-1, fds)
					served.Store(asked.Load())
				}
				wg.Wait()
			})
		}
	}
}

func TestBackendByName(t *testing.T) {
	types := map[string]string{"portable": "*poll.Portable", "kqueue": "*poll.Kqueue",
		"epoll": "*poll.Parked", "epoll-wait": "*poll.Epoll"}
	for _, name := range strings.Split(names, ", ") {
		t.Setenv("GREENGEN_BACKEND", name)
		require.Equal(t, types[name], fmt.Sprintf("%T", New()))
	}
	t.Setenv("GREENGEN_BACKEND", "abacus")
	require.PanicsWithValue(t, "greengen: GREENGEN_BACKEND=abacus: this system has "+names, func() { New() })
}
