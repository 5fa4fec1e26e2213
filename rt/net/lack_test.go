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
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	count := func() int {
		es, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(es)
	}
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
			before := count()
			limited := func(n uint64) Step {
				return Do(func() {
					require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: old.Max}))
				})
			}
			free, err := syscall.Dup(0)
			require.NoError(t, err)
			require.NoError(t, syscall.Close(free))
			var fails error
			require.NoError(t, rt.Run(Task(
				limited(uint64(free+left)),
				open(func(c interface{ Close() error }, err error) {
					if fails = err; err == nil {
						worked[name]++
						require.NoError(t, c.Close())
					} else {
						require.True(t, c == nil || reflect.ValueOf(c).IsNil())
					}
				}),
				limited(old.Cur),
			)))
			if fails != nil {
				require.ErrorIs(t, fails, syscall.EMFILE, "%s with %d left", name, left)
				require.True(t, errors.As(fails, new(*net.OpError)), "%v", fails)
			}
			require.Equal(t, before, count(), "%s with %d left: %v", name, left, fails)
		}
	}
	for _, name := range []string{"dial", "listen", "packets"} {
		require.Positive(t, worked[name], name)
		require.Less(t, worked[name], 8, name)
	}
}
