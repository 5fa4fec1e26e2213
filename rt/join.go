package rt

import (
	"slices"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// joining is the wait of one greenlet for the end of another one.
type joining struct {
	green.FuncFrame
	g        *Greenlet // who waits
	target   *Greenlet // nil once it ended
	timer    *timer    // nil: no limit
	unlink   func()    // target is not of this hub
	at       int32     // in target's joiners
	outside  bool      // target is a goroutine
	timedOut bool
}

var slotBool = green.SlotFor[struct{ R0 bool }]()

// resumeJoin tells JoinTimeout_green's caller whether the target ended.
func resumeJoin(h *green.Hub, f *green.Frame) *green.Frame {
	j := (*joining)(ptr(f))
	slotBool.Of(h).R0 = !j.timedOut
	return j.Parent
}

// wait parks the current greenlet until target ends or d passed; d < 0: no limit.
func (h *Hub) join(target *Greenlet, d time.Duration) *joining {
	j := &joining{target: target}
	j.Resume = resumeJoin
	j.g = h.park(j)
	if d >= 0 {
		j.timer = h.newTimer(d, nil, j.timeout)
	}
	if target.home() == h {
		x := target.more()
		j.at = int32(len(x.joiners))
		x.joiners = append(x.joiners, j)
		return j
	}
	if target.home() == nil { // another hub would be known to be alive
		j.outside = true
		h.externs++
	}
	j.unlink = target.onEnd(func() {
		h.Post(func() {
			if j.target != nil {
				j.target = nil
				h.ready(j.end())
			}
		})
	})
	return j
}

// end stops what is left of the wait, and returns who waited.
func (j *joining) end() *Greenlet {
	if j.timer != nil {
		j.timer.stop()
		j.timer = nil
	}
	if j.unlink != nil {
		j.unlink()
		j.unlink = nil
	}
	if j.outside {
		j.outside = false
		j.g.home().externs--
	}
	if t := j.target; t != nil {
		j.target = nil
		if x := t.ext.Load(); t.home() == j.g.home() {
			x.leave(j)
		}
	}
	return j.g
}

// leave takes j out of the joiners. It leaves a hole: many may be killed at once.
func (x *ext) leave(j *joining) {
	x.joiners[j.at] = nil
	if x.holes++; int(x.holes) <= len(x.joiners)/2 {
		return
	}
	x.holes = 0
	x.joiners = slices.DeleteFunc(x.joiners, func(o *joining) bool { return o == nil })
	for i, o := range x.joiners {
		o.at = int32(i)
	}
}

func (j *joining) timeout() {
	j.timer = nil // it fired
	j.timedOut = true
	j.g.home().ready(j.end())
}

func (j *joining) cancel(*Greenlet) bool {
	j.end()
	return true
}

func (j *joining) String() string {
	if j.target == nil {
		return "join"
	}
	return "join " + j.target.String()
}
