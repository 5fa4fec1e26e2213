// Package scenarios has the situations that users of gevent, greenlet and libev rely
// on, each with its exact outcome, as plain Go: greengen makes the twins that run.
// Each runs 1, 2 and 100 times in one hub with virtual time, and must leave nothing
// behind: see clean.
package scenarios

//go:generate go run github.com/greengen/greengen/cmd/greengen
