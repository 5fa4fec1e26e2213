package rt

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// Who hears of a member on a goroutine finds it in the Group.
func TestGroupHasWhoRuns(t *testing.T) {
	for range 20000 {
		var p Group
		var begun, over Event
		go p.Spawn(func() {
			begun.Set()
			over.Wait()
		})
		begun.Wait()
		require.Equal(t, 1, p.Len())
		require.False(t, p.JoinTimeout(0))
		over.Set()
		p.Join()
	}
}

// Who is told that a Pool is empty finds all of its room.
func TestPoolLeavesItsRoom(t *testing.T) {
	p := NewPool(1)
	over, free := make(chan bool), -1
	g := p.Spawn(func() { <-over })
	p.watch(func() { free = p.Free() })
	close(over)
	g.Join()
	p.Join()
	require.Equal(t, 1, free)
	p = NewPool(1)
	require.NoError(t, p.TryAdd(g))
	require.Equal(t, 1, p.Free(), "it had ended")
	require.Zero(t, p.Len())
}

// Plain code that waits for a greenlet of the hub that it holds is told so.
func TestJoinOnTheWrongSide(t *testing.T) {
	var g *Greenlet
	var told [3]any
	catch := func(i int, f func()) step {
		return do(func() {
			defer func() { told[i] = recover() }()
			f()
		})
	}
	virtual(t,
		spawn(&g, sleep(ms)),
		catch(0, func() { g.Join() }),
		catch(1, func() { g.Kill() }),
		catch(2, func() { g.KillTimeout(-1) }),
		join(&g),
		do(func() { g.Join() }), // it has ended
	)
	require.Equal(t, [3]any{ErrWrongHub, ErrWrongHub, ErrWrongHub}, told)
}

// A negative limit is none.
func TestJoinWithoutLimit(t *testing.T) {
	var g *Greenlet
	var ended bool
	virtual(t,
		spawn(&g, sleep(1000*ms)),
		greentest.Call1(func(h *green.Hub) (bool, *green.Frame) { return g.JoinTimeout_green(h, -1) }, func(b bool) { ended = b }),
	)
	require.True(t, ended)
	c := make(chan int)
	g = Spawn(func() { <-c })
	go close(c)
	require.True(t, g.JoinTimeout(-1))
	require.True(t, g.KillTimeout(-1))
}
