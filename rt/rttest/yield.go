package rttest

import (
	"testing"
	"time"
)

// MustYield calls f, and fails t if f never parks or yields, or holds the hub for longer
// than d between two such points, where it begins or ends; d <= 0: as long as it likes. The
// time is real, also on hubs with virtual time. t goes on: it is t.Errorf that is called. On
// a goroutine it only calls f. Safe from any goroutine.
//
//greengen:patch
func MustYield(t testing.TB, d time.Duration, f func()) {
	w := begin()
	returned := false
	defer func() { w.end(t, d, returned) }()
	f()
	returned = true
}
