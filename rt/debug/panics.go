package debug

import (
	"log/slog"

	"github.com/greengen/greengen/rt"
)

// LogPanics isolates greenlets from each other, as rt.OnPanic does: a panic that nobody
// recovered ends its greenlet, and l is told of it, with the greenlet's name and what Go
// would have printed. nil stands for slog.Default at that time. The handler of l must not
// block.
func LogPanics(l *slog.Logger) rt.Option {
	return rt.OnPanic(func(g *rt.Greenlet, e *rt.PanicError) {
		log := l
		if log == nil {
			log = slog.Default()
		}
		args := []any{"panic", e.Value, "text", e.Text}
		if g != nil {
			args = append(args, "greenlet", g.ID(), "name", g.Name())
		}
		log.Error("greenlet failed", args...)
	})
}
