package rt

import (
	"os"
	"sync/atomic"
	"time"
)

// blindWait is a worker that waits for a descriptor which the poller does not watch:
// it cannot, or the kernel had no memory for that.
type blindWait struct{ over atomic.Bool }

// blindSlice is how long such a worker goes on at most when nobody needs it any more. So
// much later a close may reach the peer: the kernel holds what is polled. A shutdown
// before it would be seen at once, but also by processes that share the socket.
const blindSlice = 100 * time.Millisecond

// watchBlind makes a worker wait for d in one direction, unless there is one.
func (d *Desc) watchBlind(dir Dir) {
	x := d.more()
	if x.blind[dir] != nil {
		return
	}
	b := &blindWait{}
	x.blind[dir] = b
	h, fd := d.hub, int(d.fd)
	h.workers.start(&job{hub: h, why: "IO wait", then: func() {
		if x.blind[dir] != b {
			return // the descriptor is closed
		}
		x.blind[dir] = nil
		d.ready |= dir.mode()
		d.wake(dir)
	}, work: func() {
		for !b.over.Load() && waitReady(fd, dir, blindSlice) == os.ErrDeadlineExceeded {
		}
	}})
}

// endBlind gives up the workers of a descriptor that is about to be closed.
func (d *Desc) endBlind() {
	if d.ext == nil {
		return
	}
	for dir, b := range d.ext.blind {
		if b != nil {
			b.over.Store(true)
			d.ext.blind[dir] = nil
		}
	}
}
