package rttest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// verdict has what a test was told.
type verdict struct {
	testing.TB
	text string
}

func (v *verdict) Helper()                           {}
func (v *verdict) Errorf(format string, args ...any) { v.text = fmt.Sprintf(format, args...) }

// busy holds the hub for d.
func busy(d time.Duration) Step {
	return Do(func() {
		for end := time.Now().Add(d); time.Now().Before(end); {
		}
	})
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

func sleep(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) }

func TestMustYield(t *testing.T) {
	const d = 200 * time.Millisecond
	for _, c := range []struct {
		name  string
		limit time.Duration
		steps []Step
		want  string // "": it passes
	}{
		{"never", 0, []Step{Do(func() {})}, "no other greenlet could run"},
		{"once", 0, []Step{yield}, ""},
		{"sleeps", d, []Step{sleep, sleep}, ""},
		{"no limit", 0, []Step{busy(d), yield}, ""},
		{"first", d / 2, []Step{busy(d), yield}, "at a stretch"},
		{"last", d / 2, []Step{yield, busy(d)}, "at a stretch"},
		{"between", d / 2, []Step{yield, busy(d), sleep}, "at a stretch"},
	} {
		for _, opts := range [][]rt.Option{nil, {rt.WithVirtualTime()}} {
			v := &verdict{}
			require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame {
				return MustYield_green(h, v, c.limit, Task(c.steps...))
			}), opts...))
			if c.want == "" {
				require.Empty(t, v.text, c.name)
			} else {
				require.True(t, strings.HasSuffix(v.text, c.want) || strings.Contains(v.text, c.want+","), "%s: %q", c.name, v.text)
			}
		}
	}
}

// tracer counts.
type tracer struct{ n int }

func (t *tracer) Run(int64, *rt.Greenlet)          { t.n++ }
func (t *tracer) Stop(int64, *rt.Greenlet, string) { t.n++ }
func (t *tracer) Poll(int64, int64, *rt.Hub)       { t.n++ }

// Who traced the hub goes on; a kill is no verdict; on a goroutine there is none.
func TestMustYieldLeavesNothing(t *testing.T) {
	old := &tracer{}
	v := &verdict{}
	var g *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			g = rt.Spawn_green(h, Task(func(h *green.Hub) *green.Frame {
				return MustYield_green(h, v, time.Hour, Task(func(h *green.Hub) *green.Frame { return rt.Forever_green(h, "nothing") }))
			}))
		}),
		sleep, sleep,
		On(func(h *green.Hub) { require.Positive(t, old.n) }),
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		On(func(h *green.Hub) {
			require.Same(t, old, rt.HubOf(h).SetTracer(nil))
		}),
	), rt.WithTracer(old)))
	require.Empty(t, v.text)
	called := false
	MustYield(v, time.Hour, func() { called = true })
	require.True(t, called)
	require.Empty(t, v.text)
}
