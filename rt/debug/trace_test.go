package debug

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

type event struct {
	Ph       string
	Pid, Tid uint64
	Ts, Dur  float64 // in µs
	Name     string
	Args     struct{ Name string }
}

func (e event) String() string {
	return fmt.Sprintf("%s %v+%v", e.Name, time.Duration(e.Ts*1000), time.Duration(e.Dur*1000))
}

// tracks returns the events of each track, and the names of those, after it checked
// that the file is what viewers read: lives have a begin and an end, and all that
// happens in one is inside, and one after the other.
func tracks(t *testing.T, data []byte) (names map[uint64]string, events map[uint64][]string) {
	t.Helper()
	var list []event
	require.NoError(t, json.Unmarshal(data, &list), string(data))
	names, events = map[uint64]string{}, map[uint64][]string{}
	type state struct {
		alive, over bool
		at          float64
	}
	states := map[uint64]*state{}
	for _, e := range list {
		s := states[e.Tid]
		if s == nil {
			s = &state{}
			states[e.Tid] = s
		}
		require.NotZero(t, e.Pid)
		switch e.Ph {
		case "M":
			if e.Name == "thread_name" {
				names[e.Tid] = e.Args.Name
			}
			continue
		case "B":
			require.False(t, s.alive || s.over)
			s.alive, s.at = true, e.Ts
		case "E":
			require.True(t, s.alive)
			require.Equal(t, s.at, e.Ts, "it ends when it stopped last")
			s.alive, s.over = false, true
		case "X":
			require.True(t, s.alive || e.Tid == hubTrack)
			require.GreaterOrEqual(t, e.Dur, 0.0)
			if e.Tid == hubTrack {
				require.GreaterOrEqual(t, e.Ts, s.at)
			} else {
				require.Equal(t, s.at, e.Ts, "no gap, no overlap")
			}
			s.at = e.Ts + e.Dur
			events[e.Tid] = append(events[e.Tid], e.String())
		default:
			t.Fatalf("event %q", e.Ph)
		}
		require.NotEmpty(t, names[e.Tid], "a track has a name before it has events")
	}
	for tid, s := range states {
		require.False(t, s.alive, "track %d does not end", tid)
	}
	return names, events
}

func TestTrace(t *testing.T) {
	var out bytes.Buffer
	trace := NewTrace(&out)
	sleep := func(d time.Duration) greentest.Step {
		return func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, d) }
	}
	require.NoError(t, rt.Run(task(
		named(`the "root"`),
		spawn(named("child"), sleep(2*time.Second), rt.Yield_green, sleep(time.Second)),
		spawn(named("left"), forever),
		sleep(5*time.Second),
	), rt.WithVirtualTime(), rt.WithTracer(trace)))
	require.NoError(t, trace.Close())
	require.NoError(t, trace.Close())

	names, events := tracks(t, out.Bytes())
	require.Equal(t, "hub", names[hubTrack])
	require.Contains(t, names[1], "1 ")
	require.Equal(t, []string{"poll 0s+2s", "poll 2s+1s", "poll 3s+2s"}, events[hubTrack])
	require.Equal(t, []string{"run 0s+0s", "sleep 0s+5s", "run 5s+0s"}, events[1])
	require.Equal(t, []string{"run 0s+0s", "sleep 0s+2s", "run 2s+0s", "runnable 2s+0s", "run 2s+0s", "sleep 2s+1s", "run 3s+0s"}, events[2])
	require.Equal(t, []string{"run 0s+0s", "the <end> 0s+5s"}, events[3])
}

// A trace without events is one, and one that is closed takes no more.
func TestTraceOfNothing(t *testing.T) {
	var out bytes.Buffer
	trace := NewTrace(&out)
	require.NoError(t, trace.Close())
	size := out.Len()
	require.NoError(t, rt.Run(task(rt.Yield_green), rt.WithTracer(trace)))
	require.Equal(t, size, out.Len())
	_, events := tracks(t, out.Bytes())
	require.Empty(t, events)
}

// Hubs that run at the same time may write to the same trace.
func TestTraceOfSeveralHubs(t *testing.T) {
	var out bytes.Buffer
	trace := NewTrace(&out)
	over := make(chan error)
	for range 4 {
		go func() {
			over <- rt.Run(task(rt.Yield_green, rt.Yield_green), rt.WithVirtualTime(), rt.WithTracer(trace))
		}()
	}
	for range 4 {
		require.NoError(t, <-over)
	}
	require.NoError(t, trace.Close())
	var list []event
	require.NoError(t, json.Unmarshal(out.Bytes(), &list))
	hubs := map[uint64]int{}
	for _, e := range list {
		if e.Name == "run" {
			hubs[e.Pid]++
		}
	}
	require.Len(t, hubs, 4)
	for _, n := range hubs {
		require.Equal(t, 3, n)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTraceError(t *testing.T) {
	require.EqualError(t, NewTrace(broken{}).Close(), "disk full")
}

func TestProfileLabels(t *testing.T) {
	labels := func(into *string) greentest.Step {
		return on(func(*green.Hub) {
			var b strings.Builder
			require.NoError(t, pprof.Lookup("goroutine").WriteTo(&b, 1))
			*into = ""
			for part := range strings.SplitSeq(b.String(), "\n\n") { // the writer's own
				if strings.Contains(part, "rt/debug.TestProfileLabels") {
					for line := range strings.Lines(part) {
						if strings.HasPrefix(line, "# labels:") {
							*into = line
						}
					}
				}
			}
		})
	}
	var unnamed, own, other, off string
	var hub uint64
	require.NoError(t, rt.Run(task(
		on(func(h *green.Hub) { hub = rt.HubOf(h).ID() }),
		labels(&unnamed),
		named("first"), rt.Yield_green, labels(&own),
		spawn(named("second"), rt.Yield_green, labels(&other)),
		rt.Yield_green, rt.Yield_green, rt.Yield_green,
	), WithProfileLabels()))
	require.Contains(t, own, `"greenlet":"first"`)
	require.Contains(t, own, fmt.Sprintf(`"hub":"%d"`, hub))
	require.Contains(t, other, `"greenlet":"second"`)
	require.Contains(t, unnamed, `"greenlet":`)

	done := make(chan error)
	go func() { // without labels of its own
		done <- rt.Run(task(rt.Yield_green, labels(&off)))
	}()
	require.NoError(t, <-done)
	require.NotContains(t, off, "greenlet")
}
