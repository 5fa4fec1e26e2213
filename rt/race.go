//go:build race

package rt

// raceDetector: a hub that goes on on another goroutine does so without an order that
// the race detector knows of.
const raceDetector = true
