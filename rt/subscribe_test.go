package rt

import (
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// listen collects the notices of one hub, which others of the program may make, too.
func listen(t *testing.T) (hub *uint64, got func() []Notice) {
	t.Helper()
	var mu sync.Mutex
	var list []Notice
	hub = new(uint64)
	cancel := Subscribe(func(n Notice) {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, n)
	})
	t.Cleanup(cancel)
	return hub, func() []Notice {
		mu.Lock()
		defer mu.Unlock()
		return slices.DeleteFunc(slices.Clone(list), func(n Notice) bool {
			switch n := n.(type) {
			case HubBegun:
				return n.Hub != *hub
			case HubEnded:
				return n.Hub != *hub
			case BlockReport:
				return n.Hub != *hub
			case TakenOver:
				return n.Hub != *hub
			case Panicked:
				return n.Hub != *hub
			}
			return false
		})
	}
}

func TestSubscribe(t *testing.T) {
	id, got := listen(t)
	var bad *Greenlet
	second := 0
	cancel := Subscribe(func(Notice) { second++ })
	cancel()
	require.NoError(t, Run(task(
		on(func(h *green.Hub) { *id = HubOf(h).id }),
		spawn(&bad, do(func() { panic("oh") })),
		join(&bad),
	), OnPanic(func(*Greenlet, *PanicError) {})))
	ns := got()
	require.Len(t, ns, 3)
	require.Equal(t, HubBegun{*id}, ns[0])
	p := ns[1].(Panicked)
	require.Equal(t, bad.ID(), p.Greenlet)
	require.Equal(t, "oh", p.Err.Value)
	require.EqualValues(t, 2, ns[2].(HubEnded).Stats.Greenlets)
	require.Zero(t, second, "it was cancelled")
}

func TestSubscribeToDeadlocks(t *testing.T) {
	_, got := listen(t)
	_, err := virtualErr(func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") })
	var dead *DeadlockError
	require.ErrorAs(t, err, &dead)
	require.True(t, slices.ContainsFunc(got(), func(n Notice) bool { return n == Notice(dead) }))
}

// The monitor's notices come while the hub is held.
func TestSubscribeToWhoIsStuck(t *testing.T) {
	needTakeover(t)
	var hub *Hub
	var m sync.Mutex
	m.Lock()
	told := make(chan Notice, 2)
	cancel := Subscribe(func(n Notice) {
		switch n := n.(type) {
		case TakenOver:
			told <- n
		case BlockReport:
			told <- n
			m.Unlock()
		}
	})
	defer cancel()
	var stuck *Greenlet
	require.NoError(t, Run(task(
		on(func(h *green.Hub) { hub = HubOf(h) }),
		spawn(&stuck, do(m.Lock)),
		sleep(time.Millisecond),
		join(&stuck),
	), WithTakeover(), OnBlocked(func(BlockReport) {}), WithMonitor(50*time.Millisecond)))
	require.Equal(t, TakenOver{hub.id, stuck.ID()}, <-told)
	r := (<-told).(BlockReport)
	require.Equal(t, stuck.ID(), r.Greenlet)
}

// An OnPanic that panics itself is told of; the greenlet has its error, and the hub goes on.
func TestOnPanicThatPanics(t *testing.T) {
	var g *Greenlet
	went := false
	text := capture(t, func() {
		require.NoError(t, Run(task(
			spawn(&g, do(func() { panic("first") })),
			join(&g),
			yield,
			do(func() { went = true }),
		), OnPanic(func(*Greenlet, *PanicError) { panic("second") })))
	})
	require.True(t, went)
	var e *PanicError
	require.ErrorAs(t, g.Err(), &e)
	require.Equal(t, "first", e.Value)
	require.Contains(t, text, "greengen: panic in OnPanic: second\n")
	require.Contains(t, text, "panic: first\n")
}

// capture returns what f writes to stderr.
func capture(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	old := os.Stderr
	os.Stderr = w
	defer func() { os.Stderr = old }()
	f()
	require.NoError(t, w.Close())
	all, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(all)
}
