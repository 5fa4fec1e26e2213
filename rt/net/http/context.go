package http

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
)

// requestContext is the Context of a request. Once somebody has asked for Done or Err, and the
// body has been read, a greenlet looks whether the client hangs up.
type requestContext struct {
	context.Context
	w      *response
	cancel context.CancelFunc

	mu    sync.Mutex // not to be locked in a twin, as serverState's
	asked bool       // for Done
	ready bool       // nobody reads from the conn
	over  bool
	looks bool        // a greenlet does
	done  rt.Event    // it has ended
	hung  atomic.Bool // the client hung up
	gone  chan bool   // gets a value when the client hangs up; nil: nobody wants it
}

// begin makes x the context of w's request.
func (x *requestContext) begin(parent context.Context, w *response) {
	x.w = w
	x.Context, x.cancel = context.WithCancel(parent)
}

// Value implements context.Context.
func (x *requestContext) Value(key any) any {
	if key == http.LocalAddrContextKey {
		return x.w.c.rwc.LocalAddr()
	}
	return x.Context.Value(key)
}

// Done implements context.Context.
//
//greengen:skip
func (x *requestContext) Done() <-chan struct{} {
	x.mu.Lock()
	x.asked = true
	x.mu.Unlock()
	x.start()
	return x.Context.Done()
}

// Err implements context.Context.
//
//greengen:skip
func (x *requestContext) Err() error {
	if err := x.Context.Err(); err != nil {
		return err
	}
	x.Done() // who asks again and again has a right to know
	return x.Context.Err()
}

// notify returns a channel that gets a value when the client hangs up.
//
//greengen:skip
func (x *requestContext) notify() <-chan bool {
	x.mu.Lock()
	first := x.gone == nil
	if first {
		x.gone = make(chan bool, 1)
	}
	x.mu.Unlock()
	if first {
		context.AfterFunc(x, func() {
			if x.hung.Load() {
				x.gone <- true
			}
		})
	}
	return x.gone
}

// look says that nobody reads from the conn until the handler has returned.
//
//greengen:skip
func (x *requestContext) look() {
	x.mu.Lock()
	x.ready = true
	x.mu.Unlock()
	x.start()
}

// start lets a greenlet look.
//
//greengen:skip
func (x *requestContext) start() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.asked && x.ready && !x.looks && !x.over {
		x.looks = true
		setReadDeadline(x.w.c.rwc, time.Time{}) // a ReadTimeout was for the body: nobody has hung up then
		x.w.c.spawn(x.await)
	}
}

// await parks until the conn has something to say.
//
//greengen:patch
func (x *requestContext) await() {
	_, err := x.w.c.r.Peek(1)
	if err != nil && !x.isOver() {
		x.hangUp()
	}
	x.done.Set()
}

// hangUp says that nothing more comes from the client.
//
//greengen:skip
func (x *requestContext) hangUp() {
	x.hung.Store(true)
	x.cancel()
}

// stop ends the look: the conn is read from again. It does nothing the second time, when
// the conn may be somebody else's.
//
//greengen:patch
func (x *requestContext) stop() {
	if !x.end() {
		return
	}
	interrupt(x.w.c.rwc)
	x.done.Wait()
	setReadDeadline(x.w.c.rwc, time.Time{})
	x.w.c.timed.Store(false)
}

//greengen:skip
func (x *requestContext) isOver() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.over
}

// end says whether there is a look to be ended.
//
//greengen:skip
func (x *requestContext) end() (looks bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.over = true
	looks, x.looks = x.looks, false
	return looks
}
