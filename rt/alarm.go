package rt

import (
	"math"
	"sync/atomic"
	"time"
	"unsafe"
)

// A channel of a timer is looked at when the timer is due: nobody who waits for it is
// needed for that. The runtime sends when somebody looks.

// dueTime is what is known of a timer. Times are those of Clock.
type dueTime struct {
	when   atomic.Int64 // 0: it is none
	period atomic.Int64 // 0: once
}

// Never is the time of an alarm that has been stopped.
const Never = math.MaxInt64

var clockStart = time.Now()

// Clock returns the time in ns since some moment, 1 at least, by the clock that
// timers have. Safe from any goroutine.
func Clock() int64 { return max(int64(time.Since(clockStart)), 1) }

// After returns when it is d from now, by Clock.
func After(d time.Duration) int64 {
	if when := Clock() + int64(max(d, 0)); when > 0 {
		return when
	}
	return Never
}

// SetAlarm says that the timer whose channel is at key is due at when, and then each
// period, in ns, if that is not 0; a when of 0 that nothing is known of it any more. It
// has to be told of all changes, after they were made. Safe from any goroutine.
func SetAlarm(key unsafe.Pointer, when, period int64) {
	o := originOf(key)
	if o == nil {
		o = makeOrigin(key)
	}
	o.timer.period.Store(period)
	if was := o.timer.when.Swap(when); when >= was && was > Clock() {
		return // whoever waits looks then: too early, once
	}
	for _, h := range keepers() {
		h.post(post{fn: func() { h.againAll(key) }})
	}
}

// HasAlarm reports whether SetAlarm was called for key. Safe from any goroutine.
func HasAlarm(key unsafe.Pointer) bool {
	if !ownChannels.Load() {
		return false
	}
	o := originOf(key)
	return o != nil && o.timer.when.Load() != 0
}

// next returns when the timer is due next after now, Never if it was and is not any more.
func (a *dueTime) next(now int64) int64 {
	when, period := a.when.Load(), a.period.Load()
	switch {
	case when > now:
		return when
	case period > 0:
		return when + ((now-when)/period+1)*period
	}
	return Never
}

// setAlarm makes those who wait at p look again at when.
func (h *Hub) setAlarm(p *Place, when int64) {
	if when == Never {
		return
	}
	x, key := p.at.more(), p.Key
	if x.alarm != nil {
		return
	}
	x.alarm = h.newTimer(time.Duration(when-Clock()), nil, func() {
		x.alarm = nil
		h.againAll(key)
	})
}

// afters are the last calls of time.After, whose channels are waited for right away.
type afters struct {
	key  [4]unsafe.Pointer
	when [4]int64
	n    int // that are left
	at   int
}

// NoteAfter says that the timer whose channel is at key is due at when. Only from the
// hub's goroutine.
func (h *Hub) NoteAfter(key unsafe.Pointer, when int64) {
	a := &h.afters
	if a.key[a.at] == nil {
		a.n++
	}
	a.key[a.at], a.when[a.at] = key, when
	a.at = (a.at + 1) % len(a.key)
}

// HasAfters reports whether NoteAfter said something that has not been taken. Only from
// the hub's goroutine.
func (h *Hub) HasAfters() bool { return h.afters.n != 0 }

// TakeAfter returns what NoteAfter said of key, 0 if that is not known any more, and
// forgets it. Only from the hub's goroutine.
func (h *Hub) TakeAfter(key unsafe.Pointer) (when int64) {
	a := &h.afters
	if a.n == 0 || key == nil {
		return 0
	}
	for i, k := range a.key {
		if k == key {
			a.key[i] = nil
			a.n--
			return a.when[i]
		}
	}
	return 0
}
