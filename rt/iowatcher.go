package rt

import (
	"errors"
	"os"
	"syscall"
)

// OnReadable calls fn each time that the hub finds fd readable, at its end or failed,
// for as long as it is: fn must read, or Stop the watcher. fd stays the caller's, and
// open until then; that it blocks is no matter. The watcher ends by itself if a conn of
// rt/net has the descriptor and is closed. The error says why the hub cannot watch fd:
// errors.ErrUnsupported where hubs of this system have no descriptors, or for a file of
// a disk, which is always ready. See Watcher. Only from the hub's goroutine.
func (h *Hub) OnReadable(fd int, fn func()) (*Watcher, error) {
	return h.onReady(fd, Reading, fn)
}

// OnWritable is OnReadable for writing. Only from the hub's goroutine.
func (h *Hub) OnWritable(fd int, fn func()) (*Watcher, error) {
	return h.onReady(fd, Writing, fn)
}

// OnExit calls fn once p, a child of this process, has ended: then p.Wait returns at
// once. It waits for nothing else, nor takes the status away. The error is
// errors.ErrUnsupported where the kernel has no descriptors of processes. See Watcher.
// Only from the hub's goroutine.
func (h *Hub) OnExit(p *os.Process, fn func()) (*Watcher, error) {
	fd, ended := openProcess(p)
	switch {
	case ended:
		return h.After(0, fn), nil
	case fd < 0:
		return nil, errors.ErrUnsupported
	}
	w, err := h.onReady(fd, Reading, fn)
	if err != nil {
		closeProcess(fd)
		return nil, err
	}
	closing := h.AtClose(func() { closeProcess(fd) })
	w.release = func() {
		closing()
		closeProcess(fd)
	}
	return w, nil
}

func (h *Hub) onReady(fd int, dir Dir, fn func()) (*Watcher, error) {
	w := &Watcher{hub: h, fn: newCallback(fn), kind: descriptor, on: true, fd: fd, dir: dir}
	if err := w.arm(); err != nil {
		return nil, err
	}
	return w, nil
}

// arm waits for the next time.
func (w *Watcher) arm() error {
	h := w.hub
	if !HasDescs {
		return errors.ErrUnsupported
	}
	desc, blind, err := h.rawDesc(w.fd)
	switch {
	case errors.Is(err, syscall.EPERM):
		return errors.ErrUnsupported
	case err != nil:
		return err
	}
	w.ready = &readiness{desc: desc, dir: w.dir, watcher: w}
	desc.addRaw(w.ready, blind)
	if w.unref {
		h.fdUnrefs++
	}
	return nil
}

// disarm takes the wait back, which may be over.
func (w *Watcher) disarm() {
	if w.ready == nil {
		return
	}
	w.ready.end()
	w.disarmed()
}

func (w *Watcher) disarmed() {
	w.ready = nil
	if w.unref {
		w.hub.fdUnrefs--
	}
}

// happened is what the end of the wait calls: the descriptor is ready, or gone.
func (w *Watcher) happened(gone bool) {
	w.disarmed()
	switch {
	case w.release != nil: // once
		w.on = false
		w.release()
	case gone || w.arm() != nil: // before fn, which may stop it, or panic
		w.on = false
	}
	if !gone {
		w.hub.guarded(&w.fn)
	}
}
