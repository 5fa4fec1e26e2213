//go:build linux

package net

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		require.NoError(t, err)
		return v
	}
}

// stdPair makes two ends of a conn.
func stdPair(t testing.TB, network string) (a, b net.Conn) {
	t.Helper()
	address := "127.0.0.1:0"
	if strings.HasPrefix(network, "unix") {
		address = filepath.Join(t.TempDir(), "s")
	}
	l := must(net.Listen(network, address))(t)
	a = must(net.Dial(network, l.Addr().String()))(t)
	b = must(l.Accept())(t)
	require.NoError(t, l.Close())
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

func udpPair(t testing.TB) (a, b *net.UDPConn) {
	t.Helper()
	b = must(net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}))(t)
	a = must(net.DialUDP("udp4", nil, b.LocalAddr().(*net.UDPAddr)))(t)
	require.NoError(t, b.Close())
	b = must(net.DialUDP("udp4", b.LocalAddr().(*net.UDPAddr), a.LocalAddr().(*net.UDPAddr)))(t)
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

// connStates bring conns into a state: what is done is done to a.
var connStates = map[string]func(t testing.TB, a, b net.Conn){
	"fresh":  func(t testing.TB, a, b net.Conn) { b.Write([]byte("some")) },
	"closed": func(t testing.TB, a, b net.Conn) { require.NoError(t, a.Close()) },
	"end":    func(t testing.TB, a, b net.Conn) { require.NoError(t, b.Close()) },
	"reset": func(t testing.TB, a, b net.Conn) {
		if c, ok := b.(*net.TCPConn); ok {
			require.NoError(t, c.SetLinger(0))
		}
		b.Close()
		time.Sleep(time.Millisecond) // nothing says when it has arrived
	},
	"half": func(t testing.TB, a, b net.Conn) {
		if c, ok := a.(interface {
			CloseRead() error
			CloseWrite() error
		}); ok {
			require.NoError(t, c.CloseRead())
			require.NoError(t, c.CloseWrite())
		} else {
			b.Write([]byte("some"))
		}
	},
	"late": func(t testing.TB, a, b net.Conn) {
		b.Write([]byte("some"))
		require.NoError(t, StdConn_SetDeadline_green(nil, a, time.Now()))
	},
	"late, plainly": func(t testing.TB, a, b net.Conn) { require.NoError(t, a.SetDeadline(time.Now())) },
	"blocking": func(t testing.TB, a, b net.Conn) {
		b.Write([]byte("some"))
		f, err := a.(interface{ File() (*os.File, error) }).File()
		require.NoError(t, err)
		f.Fd() // of all duplicates
		t.Cleanup(func() { f.Close() })
	},
}

// connOps are operations, plain and green.
var connOps = map[string]struct {
	plain func(c net.Conn) (int, error)
	green func(h *green.Hub, c net.Conn) (int, error, *green.Frame)
}{
	"read": {func(c net.Conn) (int, error) { return c.Read(make([]byte, 9)) },
		func(h *green.Hub, c net.Conn) (int, error, *green.Frame) {
			return StdConn_Read_green(h, c, make([]byte, 9))
		}},
	"read nothing": {func(c net.Conn) (int, error) { return c.Read(nil) },
		func(h *green.Hub, c net.Conn) (int, error, *green.Frame) { return StdConn_Read_green(h, c, nil) }},
	"write": {func(c net.Conn) (int, error) { return c.Write([]byte("text")) },
		func(h *green.Hub, c net.Conn) (int, error, *green.Frame) {
			return StdConn_Write_green(h, c, []byte("text"))
		}},
	"write nothing": {func(c net.Conn) (int, error) { return c.Write(nil) },
		func(h *green.Hub, c net.Conn) (int, error, *green.Frame) { return StdConn_Write_green(h, c, nil) }},
}

// outcomeOf does op plainly, or green, to a conn of its own.
func outcomeOf(t testing.TB, network, state, op string, plainly bool) (n int, text string, kinds []bool) {
	var a, b net.Conn
	if network == "udp4" {
		a, b = udpPair(t)
	} else {
		a, b = stdPair(t, network)
	}
	connStates[state](t, a, b)
	var err error
	if plainly {
		n, err = connOps[op].plain(a)
	} else {
		require.NoError(t, rt.Run(Task(Call2(func(h *green.Hub) (int, error, *green.Frame) { return connOps[op].green(h, a) },
			func(m int, e error) { n, err = m, e }))))
	}
	if err == nil {
		return n, "", nil
	}
	text = err.Error()
	for _, c := range []net.Conn{a, b} {
		text = strings.ReplaceAll(text, c.LocalAddr().String(), "ADDR")
	}
	op2, ok := err.(*net.OpError)
	if !ok {
		return n, text, []bool{err == io.EOF}
	}
	return n, text, []bool{op2.Timeout(), op2.Source == a.LocalAddr(), op2.Addr == a.RemoteAddr()}
}

// Each operation has the same result as std's, whatever was done to the conn before.
func TestStdConnSameResults(t *testing.T) {
	for _, network := range []string{"tcp", "tcp4", "unix", "unixpacket", "udp4"} {
		for state := range connStates {
			for op := range connOps {
				switch {
				case network == "udp4" && (state == "end" || state == "reset") && op == "read": // it would wait
					continue
				case state == "late, plainly" && op != "read": // a limit: see rt/os
					continue
				}
				t.Run(network+"/"+state+"/"+op, func(t *testing.T) {
					n, text, kinds := outcomeOf(t, network, state, op, true)
					m, greenText, greenKinds := outcomeOf(t, network, state, op, false)
					require.Equal(t, text, greenText)
					require.Equal(t, n, m)
					require.Equal(t, kinds, greenKinds)
				})
			}
		}
	}
}

func stdRead(c net.Conn, p []byte, then func(int, error)) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return StdConn_Read_green(h, c, p) }, then)
}

func spawned(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func joined(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

// Hundreds of conns that nobody writes to cost no goroutine, nor do listeners.
func TestStdConnIdle(t *testing.T) {
	const n = 200
	before := runtime.NumGoroutine()
	var steps []Step
	var all, ends []*rt.Greenlet
	var ws []net.Conn
	l := must(net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}))(t)
	defer l.Close()
	all = make([]*rt.Greenlet, n+1)
	for i := range n {
		a, b := stdPair(t, "tcp")
		ws = append(ws, b)
		steps = append(steps, spawned(&all[i], stdRead(a, make([]byte, 9), func(n int, err error) {
			require.NoError(t, err)
			require.Equal(t, 2, n)
		})))
	}
	var accepted *net.TCPConn
	steps = append(steps,
		spawned(&all[n], Call2(func(h *green.Hub) (*net.TCPConn, error, *green.Frame) {
			return TCPListener_AcceptTCP_green(h, l)
		}, func(c *net.TCPConn, err error) {
			require.NoError(t, err)
			accepted = c
		})),
		func(h *green.Hub) *green.Frame { return rt.Yield_green(h) },
		On(func(h *green.Hub) {
			require.Less(t, runtime.NumGoroutine(), before+20)
			require.Zero(t, rt.HubOf(h).Stats().Offloads)
			for _, w := range ws {
				w.Write([]byte("hi"))
			}
			go net.Dial("tcp", l.Addr().String())
		}))
	ends = all
	for i := range ends {
		steps = append(steps, joined(&ends[i]))
	}
	require.NoError(t, rt.Run(Task(steps...)))
	require.NoError(t, accepted.Close())
}

// A read that is killed leaves the data to the next one.
func TestStdConnKill(t *testing.T) {
	a, b := stdPair(t, "tcp")
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		spawned(&g, stdRead(a, make([]byte, 9), func(int, error) { t.Error("it was killed") })),
		func(h *green.Hub) *green.Frame { return rt.Yield_green(h) },
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		On(func(*green.Hub) { b.Write([]byte("text")) }),
		stdRead(a, make([]byte, 9), func(n int, err error) {
			require.NoError(t, err)
			require.Equal(t, 4, n)
		}),
	)))
}

// Greenlets of two hubs and a goroutine share a conn: no byte is lost, and each write whole.
func TestStdConnShared(t *testing.T) {
	a, b := stdPair(t, "tcp")
	const size, each = 1 << 17, 8
	writer := func(mark byte) func() {
		return func() {
			var steps []Step
			for range each {
				steps = append(steps, Call2(func(h *green.Hub) (int, error, *green.Frame) {
					return StdConn_Write_green(h, a, bytes.Repeat([]byte{mark}, size))
				}, func(n int, err error) {
					require.NoError(t, err)
					require.Equal(t, size, n)
				}))
			}
			require.NoError(t, rt.Run(Task(steps...)))
		}
	}
	go writer('a')()
	go writer('b')()
	p := make([]byte, size)
	seen := map[byte]int{}
	for range 2 * each {
		_, err := io.ReadFull(b, p)
		require.NoError(t, err)
		require.Equal(t, size, bytes.Count(p, p[:1]))
		seen[p[0]]++
	}
	require.Equal(t, map[byte]int{'a': each, 'b': each}, seen)
}

// What a listener waits for without a goroutine has a deadline that only std knows.
func TestStdListenerDeadline(t *testing.T) {
	l := must(net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}))(t)
	defer l.Close()
	raw := must(tcpListenerOf(l).SyscallConn())(t)
	ask := func() error { return raw.Read(func(uintptr) bool { return true }) }
	require.NoError(t, ask())
	require.NoError(t, l.SetDeadline(time.Now()))
	require.ErrorIs(t, ask(), os.ErrDeadlineExceeded)
	require.NoError(t, rt.Run(Task(Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
		return TCPListener_Accept_green(h, l)
	}, func(c net.Conn, err error) { require.ErrorIs(t, err, os.ErrDeadlineExceeded) }))))
	var none *net.TCPListener
	require.NoError(t, rt.Run(Task(Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
		return TCPListener_Accept_green(h, none)
	}, func(c net.Conn, err error) { require.Error(t, err) }))))
}

// A number that plain code gave back, and another conn has got, is watched anew: each read waits,
// and gets all that came, in one part or two.
func TestStdConnsUseNumbersAgain(t *testing.T) {
	var a, b net.Conn
	buf := make([]byte, 8)
	round, numbers := 0, map[uintptr]int{}
	reads := func(want string) Step {
		got := ""
		return func(h *green.Hub) *green.Frame {
			got = ""
			return Run(h, Loop(func() bool { return len(got) == len(want) },
				Call2(func(h *green.Hub) (int, error, *green.Frame) { return StdConn_Read_green(h, a, buf[:3]) },
					func(n int, err error) {
						require.NoError(t, err)
						got += string(buf[:n])
					})),
				Do(func() { require.Equal(t, want, got) }))
		}
	}
	writes := func(parts ...string) Step {
		return On(func(h *green.Hub) {
			var steps []Step
			for _, s := range parts {
				steps = append(steps, func(h *green.Hub) *green.Frame { return rt.Yield_green(h) },
					Do(func() { must(b.Write([]byte(s)))(t) }))
			}
			rt.Spawn_green(h, Task(steps...))
		})
	}
	require.NoError(t, rt.Run(Task(Loop(func() bool { return round == 100 },
		Do(func() {
			round++
			a, b = stdPair(t, "tcp")
			raw := must(a.(*net.TCPConn).SyscallConn())(t)
			raw.Control(func(fd uintptr) { numbers[fd]++ })
		}),
		writes("hello"), reads("hello"),
		writes("a", "bcd", "efghij"), reads("abcdefghij"),
		Do(func() { a.Close(); b.Close() }), // nobody is told
	))))
	require.Less(t, len(numbers), 50)
}
