package poll

import (
	"sync"
	"time"
)

// Fake is a Poller with virtual time, for tests: to wait is to move the clock.
// Events are made by Fire.
type Fake struct {
	wake chan struct{}

	mu     sync.Mutex // guards what follows
	now    int64
	events []Event
	waits  int
}

// NewFake returns a Poller whose clock stands at 0.
func NewFake() *Fake { return &Fake{wake: make(chan struct{}, 1)} }

func (p *Fake) Add(int, uint32) error { return nil }
func (p *Fake) Mod(int, uint32) error { return nil }
func (p *Fake) Remove(int) error      { return nil }
func (p *Fake) FD() (int, error)      { return -1, ErrNoFDs }
func (p *Fake) Close() error          { return nil }

// Now returns the virtual time.
func (p *Fake) Now() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Step moves the clock, also back. Safe from any goroutine.
func (p *Fake) Step(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now += int64(d)
}

// Waits counts the calls of Wait. Safe from any goroutine.
func (p *Fake) Waits() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waits
}

// Fire makes an event and wakes the hub. Safe from any goroutine.
func (p *Fake) Fire(e Event) {
	p.mu.Lock()
	p.events = append(p.events, e)
	p.mu.Unlock()
	p.Wake(true)
}

func (p *Fake) Wake(bool) {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Fake) Wait(timeout int64, _ bool) []Event {
	for {
		if evs, done := p.look(timeout); done {
			return evs
		}
		<-p.wake
		timeout = 0
	}
}

// Settle waits for a Wake, for d of real time. It reports whether there was one.
func (p *Fake) Settle(d time.Duration) bool {
	if d <= 0 {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-p.wake:
		return true
	case <-t.C:
		return false
	}
}

// look takes the events that are there, else moves the clock.
func (p *Fake) look(timeout int64) (evs []Event, done bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits++
	evs, p.events = p.events, nil
	if len(evs) == 0 && timeout > 0 {
		p.now += timeout
	}
	return evs, len(evs) > 0 || timeout >= 0
}
