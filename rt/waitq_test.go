package rt

import (
	"context"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// Who waited on a hub that ended takes nothing from others.
func TestWaitersOfAClosedHub(t *testing.T) {
	s := NewSemaphore(0)
	q := NewQueue[int](0)
	var g *Greenlet
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame { return s.Acquire_green(h) }),
		spawn(&g, func(h *green.Hub) *green.Frame { _, _, c := q.Get_green(h); return c }),
		yield,
	)))
	require.NoError(t, s.Release())
	require.True(t, s.TryAcquire())
	require.NoError(t, q.Put(1))
	v, err := q.TryGet()
	require.NoError(t, err)
	require.Equal(t, 1, v)
}

// A Cancel that comes when an item is on its way, from elsewhere, is no kill.
func TestCancelAfterAnItem(t *testing.T) {
	q := NewQueue[int](0)
	var g *Greenlet
	got, ended := 0, false
	virtual(t,
		spawn(&g, func(h *green.Hub) *green.Frame {
			return greentest.Run(h, greentest.Call2(q.Get_green, func(v int, err error) {
				require.NoError(t, err)
				got = v
			}), sleep(ms), sleep(ms))
		}, do(func() { ended = true })),
		yield,
		do(func() {
			done := make(chan bool)
			go func() {
				g.Cancel(context.Canceled)
				require.NoError(t, q.Put(7))
				close(done)
			}()
			<-done
		}),
		joinAll(&g),
	)
	require.Equal(t, 7, got)
	require.True(t, ended)
	require.NoError(t, g.Err())
}

// What a getter was given that its Queue has dropped since is not given back.
func TestCloseNowOfAHubThatEnds(t *testing.T) {
	q := NewQueue[int](0)
	var g *Greenlet
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame { _, _, c := q.Get_green(h); return c }),
		yield,
		on(func(h *green.Hub) {
			_, c := q.Put_green(h, 1)
			require.Nil(t, c)
			q.CloseNow_green(h)
		}),
	)))
	_, err := q.TryGet()
	require.ErrorIs(t, err, ErrClosed)
}

// A kill while a scope with a Grace waits for its children leaves no Hold behind.
func TestScopeKilledWhileItWaits(t *testing.T) {
	var g *Greenlet
	var holds int
	body := scopeBody(func(h *green.Hub, s *Scope) {
		s.Grace = time.Second
		s.group.Spawn_green(h, task(sleep(time.Hour)))
	})
	virtual(t,
		spawn(&g, func(h *green.Hub) *green.Frame {
			_, c := InScope_green(h, context.Background(), body)
			return c
		}),
		yield, yield,
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		on(func(h *green.Hub) { holds = HubOf(h).Stats().Holds }),
	)
	require.Zero(t, holds)
}

type scopeEnv struct {
	green.Env
	f func(h *green.Hub, s *Scope)
}

// scopeBody makes the body of a scope, of green code.
func scopeBody(f func(h *green.Hub, s *Scope)) func(s *Scope) error {
	e := &scopeEnv{f: f}
	e.Twin = green.Func(scopeTwin)
	fn := func(s *Scope) error {
		e.f(nil, s)
		return nil
	}
	green.Bind(green.Func(fn), unsafe.Pointer(e))
	return fn
}

func scopeTwin(h *green.Hub, p unsafe.Pointer, s *Scope) (error, *green.Frame) {
	(*scopeEnv)(p).f(h, s)
	return nil, nil
}

// A member may end while it joins: for the race detector.
func TestGroupAddWhileOneEnds(t *testing.T) {
	for range 200 {
		var p Group
		c := make(chan int)
		g := Spawn(func() { <-c })
		go close(c)
		p.Add(g)
		p.Join()
	}
}

func TestSemaphoreOfLessThanNothing(t *testing.T) {
	require.False(t, NewSemaphore(-1).TryAcquire())
	s := NewBounded(-1)
	require.NoError(t, s.Release())
	require.True(t, s.TryAcquire())
}
