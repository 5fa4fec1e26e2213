// Package context stands for std's context in green code.
package context

import "context"

//go:generate go run github.com/greengen/greengen/cmd/greengen

// AfterFunc is context.AfterFunc for an f that may park: its twin makes it a greenlet.
//
//greengen:patch
func AfterFunc(ctx context.Context, f func()) (stop func() bool) {
	s := after(ctx, f)
	return func() bool { return s.stopNow() }
}

//greengen:skip
func (s stopper) stopNow() bool { return s.stop() }
