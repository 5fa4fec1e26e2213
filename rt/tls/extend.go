package tls

import (
	"crypto/tls"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
	"github.com/greengen/greengen/rt/sync"
)

func init() {
	gio.Extend((*tls.Conn)(nil), &gio.Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return transfer(h, read, r, p)
		},
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return transfer(h, write, w, p)
		},
		Trier: func(r any) (gio.Trier, bool) {
			l := lenderOf(r.(*tls.Conn))
			return (*asked)(l), l != nil
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) {
			twin, env, _ := green.Lookup(closeConn)
			return green.As[func(*green.Hub, unsafe.Pointer, *tls.Conn) (error, *green.Frame)](twin)(h, env, c.(*tls.Conn))
		},
	})
}

// The functions as values: so their twins are registered.
var (
	read      = Conn_Read
	write     = Conn_Write
	closeConn = Conn_Close
)

func transfer(h *green.Hub, f func(*tls.Conn, []byte) (int, error), c any, p []byte) (int, error, *green.Frame) {
	twin, env, _ := green.Lookup(f)
	return green.As[func(*green.Hub, unsafe.Pointer, *tls.Conn, []byte) (int, error, *green.Frame)](twin)(h, env, c.(*tls.Conn), p)
}

// asked is a Conn as rt/io's Trier: who waits for it has no buffer.
type asked lender

func (a *asked) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return transfer(h, read, a.c, p)
}

func (a *asked) TryRead_green(h *green.Hub, p []byte) (n int, err error, ok bool) {
	l := (*lender)(a)
	if !l.shaken.Load() || !l.reading.TryLock() {
		return 0, nil, false
	}
	n, err, lacks := l.try_green(h, p)
	sync.Mutex_Unlock_green(h, &l.reading)
	return n, err, !lacks
}

func (a *asked) WaitRead_green(h *green.Hub) (*green.Frame, bool) {
	l := (*lender)(a)
	if !l.shaken.Load() || l.has() || len(l.left) > 0 || l.readErr != nil || !l.reading.TryLock() {
		return nil, false // Read knows better
	}
	sync.Mutex_Unlock_green(h, &l.reading)
	c := l.park_green(h)
	return c, l.parked
}
