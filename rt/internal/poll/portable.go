package poll

import "time"

// Portable is a Poller without descriptors.
type Portable struct {
	wake  chan struct{} // holds one token: wakes collapse
	timer *time.Timer
	start time.Time
}

// slack is how much longer than asked a Poller sleeps that is woken by a timer of Go's: what
// falls due meanwhile needs no sleep of its own. It is Linux's own, PR_SET_TIMERSLACK in
// prctl(2).
const slack = 50 * time.Microsecond

// NewPortable returns a Poller that works on every system.
func NewPortable() *Portable {
	return &Portable{wake: make(chan struct{}, 1), start: time.Now()}
}

func (p *Portable) Add(int, uint32) error { return ErrNoFDs }
func (p *Portable) Mod(int, uint32) error { return ErrNoFDs }
func (p *Portable) Remove(int) error      { return nil }
func (p *Portable) FD() (int, error)      { return -1, ErrNoFDs }
func (p *Portable) Close() error          { return nil }
func (p *Portable) Now() int64            { return int64(time.Since(p.start)) }

func (p *Portable) Wake(bool) {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Wait sleeps in a channel. Without a timeout no timer is made: Go's deadlock
// detector takes a pending timer for a reason to wait.
func (p *Portable) Wait(timeout int64, _ bool) []Event {
	switch {
	case timeout == 0:
		return nil
	case timeout < 0:
		<-p.wake
		return nil
	}
	if d := time.Duration(timeout) + slack; p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	select {
	case <-p.wake:
		p.timer.Stop()
	case <-p.timer.C:
	}
	return nil
}
