package rt

import "time"

// until is the end of a wait.
type until struct {
	at      int64 // of clock
	limited bool
}

//greengen:patch
func deadline(d time.Duration) until {
	if d < 0 {
		return until{}
	}
	return until{clock() + int64(d), true}
}

// left returns how long it is until then, at least 0; negative: no limit.
//
//greengen:patch
func (u until) left() time.Duration {
	if !u.limited {
		return -1
	}
	return time.Duration(max(u.at-clock(), 0))
}
