package poll

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	backends["epoll without a gate"] = backend{fds: true, new: func() Poller {
		p := NewParked()
		p.tried = true // in vain
		return p
	}}
}

// gated is a Parked that watches a, and has seen all that b did.
func gated(t *testing.T) (p *Parked, a, b int) {
	t.Helper()
	a, b = sockets(t)
	p = NewParked()
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	require.NoError(t, p.Add(a, 1))
	require.NotNil(t, p.conn, "Go's poller does not want an epoll descriptor")
	for len(p.Wait(0, true)) > 0 { // a can be written to
	}
	return p, a, b
}

// TestGate says what the gate is for: Go's poller is not told of what comes while the hub
// is awake.
func TestGate(t *testing.T) {
	p, _, b := gated(t)
	send := func() {
		_, err := syscall.Write(b, []byte{1})
		require.NoError(t, err)
	}
	outer, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC) // as Go's poller does
	require.NoError(t, err)
	defer syscall.Close(outer)
	require.NoError(t, syscall.EpollCtl(outer, syscall.EPOLL_CTL_ADD, p.gate, &syscall.EpollEvent{Events: syscall.EPOLLIN | edge}))
	told := func() bool {
		var evs [1]syscall.EpollEvent
		n, err := syscall.EpollWait(outer, evs[:], 0)
		require.NoError(t, err)
		return n > 0
	}

	send()
	require.False(t, told(), "nobody sleeps yet")
	require.NotEmpty(t, p.Wait(-1, true))
	require.Empty(t, p.Wait(1, true), "a sleep for nothing")
	require.True(t, p.open, "it has slept")
	send()
	require.True(t, told())
	require.NotEmpty(t, p.Wait(-1, true))
	require.False(t, p.open, "it was awake when that came")
	send()
	require.False(t, told())
	require.NotEmpty(t, p.Wait(0, true))
	require.False(t, told())

	require.Empty(t, p.Wait(1, true))
	send()
	require.NotEmpty(t, p.Wait(0, true))
	require.False(t, p.open, "found by a look")
	send()
	require.True(t, p.looked(0), "came before the gate was opened: nobody says so again")
	require.True(t, p.open)
}

// TestGateLosesNothing lets events come at any moment, to a hub that is awake now and then.
func TestGateLosesNothing(t *testing.T) {
	const n = 20_000
	p, a, b := gated(t)
	failed := make(chan error, 1)
	go func() {
		var answer [1]byte
		for range n {
			_, err := syscall.Write(b, []byte{1})
			for err == nil {
				if _, err = syscall.Read(b, answer[:]); err == nil {
					break
				}
				if err == syscall.EAGAIN {
					err = nil
				}
			}
			if err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	opened := 0
	for got := 0; got < n; {
		timeout := int64(-1)
		if got%3 == 0 {
			timeout = 0
		}
		if got%1000 == 1 {
			timeout = 1000
		}
		p.Wait(timeout, true)
		if p.open {
			opened++
		}
		var buf [1]byte
		if k, err := syscall.Read(a, buf[:]); err == nil && k == 1 {
			got++
			_, err := syscall.Write(a, buf[:])
			require.NoError(t, err)
		}
	}
	require.NoError(t, <-failed)
	require.NotZero(t, opened)
}
