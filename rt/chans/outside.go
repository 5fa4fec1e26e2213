package chans

import "github.com/greengen/greengen/rt"

// What code of a woven program calls that runs elsewhere than on a hub: so the hub
// knows when somebody acts on a channel that its greenlets wait for.

// Announced returns ch, which is about to be sent to or received from. Safe from any
// goroutine.
func Announced[C any](ch C) C {
	rt.Announce(key(ch), false)
	return ch
}

// AnnouncedNow is Announced for a select that does not wait: those who wait for ch
// are to be seen. Safe from any goroutine.
func AnnouncedNow[C any](ch C) C {
	rt.Announce(key(ch), true)
	return ch
}

// CloseOutside is close(ch). Safe from any goroutine.
func CloseOutside[T any](ch chan<- T) {
	rt.Strange()
	close(ch)
	rt.Closed(key(ch))
}

// Unsure returns ch, which generic code is about to act on as on anybody's, though it may
// be the program's own. Safe from any goroutine.
func Unsure[C any](ch C) C {
	rt.Strange()
	return ch
}

// Done is ctx.Done(). Safe from any goroutine.
func Done(ctx interface{ Done() <-chan struct{} }) <-chan struct{} { return rt.DoneOf(ctx) }
