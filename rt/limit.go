package rt

import "time"

// WithTimeout calls fn, for at most d: then fn unwinds from where it is parked, or
// parks next, and WithTimeout returns the *Timeout. Else it returns fn's error. On a
// goroutine fn is not interrupted. Safe from any goroutine.
//
//greengen:patch
func WithTimeout(d time.Duration, fn func() error) error {
	t := StartTimeout(d)
	defer t.Stop()
	var err error
	if over := catch(t, func() { err = fn() }); over != nil {
		return over
	}
	return err
}
