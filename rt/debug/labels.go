package debug

import (
	"context"
	"runtime/pprof"
	"strconv"

	"github.com/greengen/greengen/rt"
)

// WithProfileLabels lets the hub's goroutine have profiler labels while a greenlet
// runs: "greenlet", its name, and "hub", the hub's number; otherwise "hub" only. It
// replaces the labels that the goroutine had. Like any tracer it makes switches slow.
func WithProfileLabels() rt.Option {
	return func(c *rt.Config) { rt.WithTracer(&labels{})(c) }
}

// labels are those of one hub.
type labels struct {
	hub    context.Context
	byName map[string]context.Context
}

// maxNames bounds the labels that are kept.
const maxNames = 1000

// Run implements rt.Tracer.
func (l *labels) Run(_ int64, g *rt.Greenlet) { pprof.SetGoroutineLabels(l.of(g)) }

// Stop implements rt.Tracer.
func (l *labels) Stop(_ int64, g *rt.Greenlet, _ string) { pprof.SetGoroutineLabels(l.none(g.Hub())) }

// Poll implements rt.Tracer.
func (l *labels) Poll(_, _ int64, _ *rt.Hub) {}

func (l *labels) none(h *rt.Hub) context.Context {
	if l.hub == nil {
		l.hub = pprof.WithLabels(context.Background(), pprof.Labels("hub", strconv.FormatUint(h.ID(), 10)))
		l.byName = map[string]context.Context{}
	}
	return l.hub
}

func (l *labels) of(g *rt.Greenlet) context.Context {
	hub, name := l.none(g.Hub()), g.Name()
	ctx := l.byName[name]
	if ctx == nil {
		if len(l.byName) == maxNames {
			clear(l.byName)
		}
		ctx = pprof.WithLabels(hub, pprof.Labels("greenlet", name))
		l.byName[name] = ctx
	}
	return ctx
}
