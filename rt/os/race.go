//go:build race

package os

const raceDetector = true
