package chans

import (
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// What a woven program calls instead of std's functions for timers, so that greenlets
// that wait for their channels need no goroutine. The timers are std's all the same.
// All but AfterNow are safe from any goroutine.

// synchronous reports whether a timer sends when somebody looks, as since go1.23: the
// capacity is 0 then.
func synchronous(ch <-chan time.Time) bool { return ch != nil && cap(ch) == 0 }

func alarm(ch <-chan time.Time, d, period time.Duration) {
	if synchronous(ch) {
		rt.SetAlarm(key(ch), rt.After(d), int64(period))
	}
}

// again is alarm for a timer that has been reset. GODEBUG=asynctimerchan=1 may have been
// set meanwhile, which holds for old timers, too: the channel is any other one then.
func again(ch <-chan time.Time, d, period time.Duration) {
	switch {
	case !rt.HasAlarm(key(ch)):
	case synchronous(ch):
		alarm(ch, d, period)
	default:
		rt.SetAlarm(key(ch), 0, 0)
	}
}

// After is time.After.
func After(d time.Duration) <-chan time.Time {
	ch := time.After(d)
	alarm(ch, d, 0)
	return ch
}

// AfterNow is time.After, whose result is what the greenlet waits for next. Only from
// the hub's goroutine.
func AfterNow(h *green.Hub, d time.Duration) <-chan time.Time {
	ch := time.After(d)
	if !h.Blocks() && synchronous(ch) {
		rt.HubOf(h).NoteAfter(key(ch), rt.After(d))
	}
	return ch
}

// Tick is time.Tick.
func Tick(d time.Duration) <-chan time.Time {
	ch := time.Tick(d)
	alarm(ch, d, d)
	return ch
}

// NewTimer is time.NewTimer.
func NewTimer(d time.Duration) *time.Timer {
	t := time.NewTimer(d)
	alarm(t.C, d, 0)
	return t
}

// NewTicker is time.NewTicker.
func NewTicker(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	alarm(t.C, d, d)
	return t
}

// ResetTimer is t.Reset(d).
func ResetTimer(t *time.Timer, d time.Duration) bool {
	was := t.Reset(d)
	again(t.C, d, 0)
	return was
}

// ResetTicker is t.Reset(d).
func ResetTicker(t *time.Ticker, d time.Duration) {
	t.Reset(d)
	again(t.C, d, d)
}

// StopTicker is t.Stop().
func StopTicker(t *time.Ticker) {
	t.Stop()
	if rt.HasAlarm(key(t.C)) {
		rt.SetAlarm(key(t.C), rt.Never, 0)
	}
}
