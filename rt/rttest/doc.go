// Package rttest helps to test code that is to be green.
//
//	func TestHandler(t *testing.T) {
//		rt.Run(func() {
//			rttest.MustYield(t, 10*time.Millisecond, func() { handle(conn) })
//		})
//	}
//
// fails if handle does not wait at all, or holds the hub for longer than 10 ms, which no
// other greenlet could use. Under greengen test -all tests run as greenlets: rt.Run is not
// needed there.
package rttest

//go:generate go run github.com/greengen/greengen/cmd/greengen
