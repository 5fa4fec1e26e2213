//go:build linux

package net_test

import (
	"errors"
	"net"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
	"github.com/greengen/greengen/rt/internal/talk"
	rtio "github.com/greengen/greengen/rt/io"
	rtnet "github.com/greengen/greengen/rt/net"
)

// polledBy sets what rt's own tests can say.
func polledBy(p poll.Poller) rt.Option {
	return func(c *rt.Config) {
		f := reflect.ValueOf(c).Elem().FieldByName("poller")
		reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(reflect.ValueOf(p))
	}
}

// Conns, listeners and packet conns work where the kernel has no memory to watch them:
// never, or only every second one.
func TestConnsWithoutMemory(t *testing.T) {
	parts := map[string]func(h *green.Hub, log *talk.Log) *green.Frame{
		"echo":     talk.EchoThenClose_green,
		"half":     talk.Halves_green,
		"graceful": talk.Graceful_green,
		"paused":   talk.Paused_green,
		"datagrams": func(h *green.Hub, log *talk.Log) *green.Frame {
			return talk.Datagrams_green(h, "udp", "127.0.0.1:0", "127.0.0.1:0", log)
		},
		"pooled": func(h *green.Hub, log *talk.Log) *green.Frame {
			return Run(h, Call1(func(h *green.Hub) (int, *green.Frame) { return talk.Pooled_green(h, 6, log) }, func(most int) { log.Add(most) }))
		},
	}
	for name, part := range parts {
		lines := func(opts ...rt.Option) []string {
			var log talk.Log
			require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return part(h, &log) }), opts...))
			// A worker that polls keeps a closed socket alive for blindSlice at most, and with
			// it what listens.
			return slices.DeleteFunc(log.Lines(), func(s string) bool { return strings.HasPrefix(s, "refused:") })
		}
		want := lines()
		require.NotEmpty(t, want)
		for each, when := range map[string]int{"never": 1, "every second one": 2} {
			t.Run(name+" "+each, func(t *testing.T) {
				n := 0
				fails := func() error {
					if n++; n%when == 0 {
						return os.NewSyscallError("epoll_ctl", syscall.ENOMEM)
					}
					return nil
				}
				fds := openFDs(t)
				require.Equal(t, want, lines(polledBy(&poll.Failing{Poller: poll.New(), OnAdd: fails, OnMod: fails})))
				require.Positive(t, n)
				require.LessOrEqual(t, openFDs(t), fds)
			})
		}
	}
}

// A hub that has hardly a descriptor left says so, and leaks none; how many there are
// left decides what fails.
func TestDialAndListenWithoutDescriptors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	addr := l.Addr().String()
	worked := map[string]int{}
	for left := range 8 {
		for name, open := range map[string]func(then func(interface{ Close() error }, error)) Step{
			"dial": func(then func(interface{ Close() error }, error)) Step {
				return Call2(func(h *green.Hub) (net.Conn, error, *green.Frame) {
					return rtnet.Dial_green(h, "tcp", addr)
				}, func(c net.Conn, err error) { then(c, err) })
			},
			"listen": func(then func(interface{ Close() error }, error)) Step {
				return Call2(func(h *green.Hub) (net.Listener, error, *green.Frame) {
					return rtnet.Listen_green(h, "tcp", "127.0.0.1:0")
				}, func(c net.Listener, err error) { then(c, err) })
			},
			"packets": func(then func(interface{ Close() error }, error)) Step {
				return Call2(func(h *green.Hub) (net.PacketConn, error, *green.Frame) {
					return rtnet.ListenPacket_green(h, "udp", "127.0.0.1:0")
				}, func(c net.PacketConn, err error) { then(c, err) })
			},
		} {
			before := descriptors(t)
			var allow func()
			var fails error
			require.NoError(t, rt.Run(Task(
				Do(func() { allow = descriptorsLeft(t, left) }),
				open(func(c interface{ Close() error }, err error) {
					if fails = err; err == nil {
						worked[name]++
						require.NoError(t, c.Close())
					} else {
						require.True(t, c == nil || reflect.ValueOf(c).IsNil())
					}
				}),
				Do(func() { allow() }),
			)))
			if fails != nil {
				require.ErrorIs(t, fails, syscall.EMFILE, "%s with %d left", name, left)
				require.True(t, errors.As(fails, new(*net.OpError)), "%v", fails)
			}
			require.Equal(t, before, descriptors(t), "%s with %d left: %v", name, left, fails)
		}
	}
	for _, name := range []string{"dial", "listen", "packets"} {
		require.Positive(t, worked[name], name)
		require.Less(t, worked[name], 8, name)
	}
}

// Plain code needs a descriptor of its own for a conn, or two to make it: without, it is
// told so, and the conn is as before.
func TestPlainCallersWithoutDescriptors(t *testing.T) {
	failed := 0
	for left := range 4 {
		before := descriptors(t)
		var c, peer net.Conn
		p := make([]byte, len("plain green"))
		require.NoError(t, rt.Run(Task(
			Call2(func(h *green.Hub) (net.Conn, net.Conn, *green.Frame) { return talk.Pair_green(h, "tcp") },
				func(a, b net.Conn) { c, peer = a, b }),
			Do(func() {
				allow := descriptorsLeft(t, left)
				_, err := c.Write([]byte("plain"))
				allow()
				if err != nil {
					failed++
					require.ErrorIs(t, err, syscall.EMFILE)
					require.IsType(t, new(net.OpError), err)
					_, err = c.Write([]byte("plain"))
				}
				require.NoError(t, err)
			}),
			Call2(func(h *green.Hub) (int, error, *green.Frame) { return c.(*rtnet.Conn).Write_green(h, []byte(" green")) },
				func(_ int, err error) { require.NoError(t, err) }),
			Call2(func(h *green.Hub) (int, error, *green.Frame) { return rtio.ReadFull_green(h, peer, p) },
				func(_ int, err error) {
					require.NoError(t, err)
					require.Equal(t, "plain green", string(p))
				}),
			Do(func() {
				require.NoError(t, c.Close())
				require.NoError(t, peer.Close())
			}),
		)))
		require.Equal(t, before, descriptors(t), "with %d left", left)
	}
	require.Positive(t, failed)
	require.Less(t, failed, 4)
}

// descriptors counts those of the program.
func descriptors(t *testing.T) int {
	es, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(es)
}

// descriptorsLeft lets the program open so many more, until allow is called.
func descriptorsLeft(t *testing.T, n int) (allow func()) {
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	limit := uint64(0)                               // what is open may leave gaps
	for free := 0; free < n || limit == 0; limit++ { // 0 is open
		if _, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(limit), syscall.F_GETFD, 0); errno != 0 {
			free++
		}
	}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limit, Max: old.Max}))
	return func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)) }
}
