package rt

import "github.com/greengen/greengen/rt/green"

// Beside runs fn on a goroutine. Safe from any goroutine.
func Beside(fn func()) { go fn() }

// Beside_green runs fn as the first greenlet of a new hub, on a goroutine of its own: so
// that it and what it spawns run in parallel to the caller's hub, as which the new one is
// configured, without its tracers. The hub ends when all its greenlets have. On a hub with
// virtual time, which is for one, fn is a greenlet of that. Only from the hub's goroutine.
func Beside_green(h *green.Hub, fn func()) {
	switch {
	case h.Blocks():
		Beside(fn)
		return
	case HubOf(h).config.poller != nil:
		HubOf(h).spawn(green.Func(fn))
		return
	}
	c := HubOf(h).config
	c.Linger, c.tracers = true, nil
	b := newHub(c)
	b.enlist()
	b.root = b.spawn(green.Func(fn))
	go func() { _ = b.runRoot() }() // OnPanic was told, or the program is no more
}
