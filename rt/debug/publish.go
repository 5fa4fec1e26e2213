package debug

import (
	"expvar"
	"time"

	"github.com/greengen/greengen/rt"
)

// patience is how long a hub may take to answer.
const patience = 200 * time.Millisecond

// Counted is what Publish shows.
type Counted struct {
	Total rt.Stats   `json:"total"` // of all hubs, also of those that ended
	Hubs  []HubStats `json:"hubs"`  // that run
}

// HubStats are the counters of one hub.
type HubStats struct {
	Hub    uint64   `json:"hub"`
	Silent bool     `json:"silent"` // it is held by a greenlet: these are of its last answer
	Stats  rt.Stats `json:"stats"`
}

// Counters asks all hubs for their counters; it blocks for a fifth of a second at
// most. Safe from any goroutine but a hub's.
func Counters() Counted {
	live, past := rt.Counters(patience)
	c := Counted{Total: past, Hubs: []HubStats{}}
	for _, s := range live {
		c.Total = c.Total.Plus(s.Stats)
		c.Hubs = append(c.Hubs, HubStats{s.Hub, s.Silent, s.Stats})
	}
	return c
}

// Publish makes Counters a variable of package expvar, which shows it in
// /debug/vars. Like expvar.Publish it panics if the name is taken. Safe from any
// goroutine.
func Publish(name string) {
	expvar.Publish(name, expvar.Func(func() any { return Counters() }))
}
