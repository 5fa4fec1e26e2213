package net

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// Listener is a TCP or Unix listener of a hub. Std's own is kept beside it, for
// plain callers.
type Listener struct {
	std    net.Listener
	desc   rt.Desc
	mu     sync.Mutex // guards closed and until, and the descriptor against a close
	closed bool
	until  time.Time
}

type listenFrame struct{ green.FuncFrame }

type acceptFrame struct {
	green.FuncFrame
	l *Listener
}

var (
	listens    green.Pool[listenFrame]
	accepts    green.Pool[acceptFrame]
	slotListen = green.SlotFor[listenResult]()
)

// Listen_green is net.Listen. Only from the hub's goroutine.
func Listen_green(h *green.Hub, network, address string) (net.Listener, error, *green.Frame) {
	if h.Blocks() || !names(network, address) {
		l, err := net.Listen(network, address)
		if !h.Blocks() {
			l, err = wrapListener(h, l, err)
		}
		return l, err, nil
	}
	c := green.Offload(h, "net.Listen "+address, func() listenResult {
		l, err := net.Listen(network, address)
		return listenResult{l, err}
	})
	f := listens.Get(h)
	f.Resume = resumeListen
	c.Parent = &f.Frame
	return nil, nil, &f.Frame
}

// names reports whether address has names that must be looked up.
func names(network, address string) bool {
	if network == "unix" || network == "unixpacket" {
		return false
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false // std refuses it at once
	}
	for _, c := range port {
		if c < '0' || c > '9' {
			return true
		}
	}
	_, err = netip.ParseAddr(host)
	return host != "" && err != nil
}

func resumeListen(h *green.Hub, hd *green.Frame) *green.Frame {
	r := slotListen.Of(h)
	r.R0, r.R1 = wrapListener(h, r.R0, r.R1)
	return listens.Put(h, (*listenFrame)(ptr(hd)))
}

// wrapListener takes over what std made, if it is a kind that hubs know.
func wrapListener(h *green.Hub, std net.Listener, err error) (net.Listener, error) {
	return wrapListenerOf(h, std, err, keepAlive)
}

func wrapListenerOf(h *green.Hub, std net.Listener, err error, keepAlive func(fd int)) (net.Listener, error) {
	if err != nil {
		return nil, err
	}
	if a := std.Addr().Network(); a != "tcp" && a != "unix" {
		return std, nil
	}
	raw, err := std.(syscall.Conn).SyscallConn()
	if err != nil {
		return std, nil
	}
	fd := -1
	if raw.Control(func(old uintptr) { fd, err = dup(int(old)) }); err != nil || fd < 0 {
		return std, nil
	}
	if std.Addr().Network() == "tcp" {
		keepAlive(fd) // accepted conns inherit all of it
	}
	l := &Listener{std: std}
	if err := l.desc.Open(rt.HubOf(h), fd); err != nil {
		syscall.Close(fd)
		return std, nil
	}
	return l, nil
}

// tryAccept accepts if that needs no wait.
func (l *Listener) tryAccept(h *green.Hub) (_ net.Conn, err error, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for waited := l.desc.Waited(rt.Reading) || l.desc.Hub().Cancels(); ; waited = false {
		switch {
		case l.closed:
			return nil, l.fail(net.ErrClosed), true
		case !waited && !l.until.IsZero() && !time.Now().Before(l.until):
			return nil, l.fail(os.ErrDeadlineExceeded), true
		case !waited && !l.desc.MayWork(rt.Reading):
			if err, fails := cancelled(&l.desc); fails {
				return nil, l.fail(err), true
			}
			return nil, nil, false
		}
		fd, sa, err := syscall.Accept4(l.desc.FD(), syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch err {
		case nil:
			c, err := newConn(h, fd, sa)
			if err != nil {
				return nil, l.fail(err), true
			}
			return c, nil, true
		case syscall.EINTR, syscall.ECONNABORTED:
		case syscall.EAGAIN:
			l.desc.Exhausted(rt.Reading)
		default:
			return nil, l.fail(os.NewSyscallError("accept4", err)), true
		}
	}
}

func (l *Listener) fail(err error) error {
	a := l.std.Addr()
	return &net.OpError{Op: "accept", Net: a.Network(), Addr: a, Err: err}
}

// Accept_green is Accept; the conn is a *Conn. Only from the hub's goroutine.
func (l *Listener) Accept_green(h *green.Hub) (net.Conn, error, *green.Frame) {
	switch {
	case h.Blocks():
		c, err := l.Accept()
		return c, err, nil
	case !l.desc.Mine(h):
		return nil, nil, green.Offload(h, "IO wait, accept", func() connResult {
			c, err := l.Accept()
			return connResult{c, err}
		})
	case !rt.HubOf(h).Eager():
		h.Back()
		h.Ops.Yield()
	default:
		if c, err, ok := l.tryAccept(h); ok {
			return c, err, nil
		}
		l.desc.Wait(rt.Reading)
	}
	f := accepts.Get(h)
	f.Resume, f.l = resumeAccept, l
	return nil, nil, h.ParkAt(&f.Frame)
}

func resumeAccept(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*acceptFrame)(ptr(hd))
	c, err, ok := f.l.tryAccept(h)
	if !ok {
		f.l.desc.Wait(rt.Reading)
		h.ParkAt(hd)
		return green.Parked
	}
	*slotConn.Of(h) = connResult{c, err}
	return accepts.Put(h, f)
}

// Accept waits on the calling goroutine; the conn is std's. Safe from any goroutine.
func (l *Listener) Accept() (net.Conn, error) { return l.std.Accept() }

// Addr returns the address listened on. Safe from any goroutine.
func (l *Listener) Addr() net.Addr { return l.std.Addr() }

// Close_green is Close; it never suspends. Only from the hub's goroutine.
func (l *Listener) Close_green(h *green.Hub) (error, *green.Frame) {
	err := l.release()
	if !h.Blocks() && l.desc.Mine(h) {
		l.desc.Forget()
	} else {
		l.desc.Hub().Post(l.desc.Forget)
	}
	return err, nil
}

// Close wakes all who wait for conns. Safe from any goroutine.
func (l *Listener) Close() error {
	err := l.release()
	l.desc.Hub().Post(l.desc.Forget)
	return err
}

func (l *Listener) release() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.std.Close() // says so if it was closed before
	if !l.closed {
		l.closed = true
		l.desc.Unwatch()
		syscall.Close(l.desc.FD())
	}
	return err
}

// SetDeadline makes Accept fail from t on. Safe from any goroutine.
func (l *Listener) SetDeadline(t time.Time) error {
	l.mu.Lock()
	l.until = t
	l.mu.Unlock()
	l.desc.SetDeadlines(nil, t, true, false)
	return l.std.(interface{ SetDeadline(time.Time) error }).SetDeadline(t)
}
