package net

import (
	"context"
	"net"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// dialOptions are those of a net.Dialer. A nil one has none.
type dialOptions struct {
	dialer net.Dialer
	ctx    context.Context
	stop   func() bool // stops watching ctx
}

// Dialer_Dial_green is (*net.Dialer).Dial. Only from the hub's goroutine.
func Dialer_Dial_green(h *green.Hub, d *net.Dialer, network, address string) (net.Conn, error, *green.Frame) {
	return Dialer_DialContext_green(h, d, context.Background(), network, address)
}

// Dialer_DialContext_green is (*net.Dialer).DialContext. What takes more than an
// address, a timeout and keep-alive is left to std, on a worker; the conn is the hub's.
// Only from the hub's goroutine.
func Dialer_DialContext_green(h *green.Hub, d *net.Dialer, ctx context.Context, network, address string) (net.Conn, error, *green.Frame) {
	if h.Blocks() {
		c, err := d.DialContext(ctx, network, address)
		return c, err, nil
	}
	if ctx == nil {
		panic("nil context")
	}
	s := dial{network: network, opts: &dialOptions{dialer: *d, ctx: ctx}}
	s.until = d.Deadline
	s.sooner(ctx.Deadline())
	if d.Timeout != 0 {
		s.sooner(time.Now().Add(d.Timeout), true)
	}
	//lint:ignore SA1019 it may be set
	if d.LocalAddr != nil || d.Resolver != nil || d.Control != nil || d.ControlContext != nil || d.Cancel != nil || d.MultipathTCP() {
		return nil, nil, s.leave(h, address)
	}
	return s.begin(h, address)
}

func (s *dial) sooner(t time.Time, ok bool) {
	if ok && (s.until.IsZero() || t.Before(s.until)) {
		s.until = t
	}
}

// context is for what runs on a worker.
func (s *dial) context() (context.Context, context.CancelFunc) {
	ctx := context.Background()
	if s.opts != nil {
		ctx = s.opts.ctx
	}
	if s.until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, s.until)
}

func (o *dialOptions) cancelled() bool { return o != nil && o.ctx.Err() != nil }

// watch makes the wait for c to connect end with the context.
func (o *dialOptions) watch(c *Conn) {
	if o == nil || o.ctx.Done() == nil {
		return
	}
	o.release()
	hub := c.desc.Hub()
	expire := func() { c.desc.SetDeadline(rt.Writing, time.Unix(1, 0)) }
	// Once the dial is over, o.stop is nil, and the conn is left alone.
	o.stop = context.AfterFunc(o.ctx, func() {
		hub.Post(func() {
			if o.stop != nil {
				expire()
			}
		})
	})
}

func (o *dialOptions) release() {
	if o != nil && o.stop != nil {
		o.stop()
		o.stop = nil
	}
}

// keepAlive sets the socket options that net sets for a conn of this Dialer.
func (o *dialOptions) keepAlive(fd int) {
	if o == nil {
		keepAlive(fd)
		return
	}
	setKeepAlive(fd, o.dialer.KeepAliveConfig, o.dialer.KeepAlive)
}

// setKeepAlive is keepAlive for who wants it otherwise.
func setKeepAlive(fd int, c net.KeepAliveConfig, idle time.Duration) {
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	if !c.Enable && idle >= 0 {
		c = net.KeepAliveConfig{Enable: true, Idle: idle}
	}
	if !c.Enable {
		return
	}
	syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
	setOption(fd, syscall.TCP_KEEPIDLE, seconds(c.Idle), 15)
	setOption(fd, syscall.TCP_KEEPINTVL, seconds(c.Interval), 15)
	setOption(fd, syscall.TCP_KEEPCNT, c.Count, 9)
}

// seconds are rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// setOption sets an option that the kernel's default serves for if n < 0, and net's
// if n is 0.
func setOption(fd, name, n, ifZero int) {
	if n == 0 {
		n = ifZero
	}
	if n > 0 {
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, name, n)
	}
}

// ListenConfig_Listen_green is (*net.ListenConfig).Listen. Only from the hub's goroutine.
func ListenConfig_Listen_green(h *green.Hub, lc *net.ListenConfig, ctx context.Context, network, address string) (net.Listener, error, *green.Frame) {
	wrap := func(h *green.Hub, l net.Listener, err error) (net.Listener, error) {
		return wrapListenerOf(h, l, err, func(fd int) { setKeepAlive(fd, lc.KeepAliveConfig, lc.KeepAlive) })
	}
	if h.Blocks() || !names(network, address) && lc.Control == nil {
		l, err := lc.Listen(ctx, network, address)
		if !h.Blocks() {
			l, err = wrap(h, l, err)
		}
		return l, err, nil
	}
	c := green.Offload(h, "net.ListenConfig.Listen "+address, func() listenResult {
		l, err := lc.Listen(ctx, network, address)
		return listenResult{l, err}
	})
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		r := slotListen.Of(h)
		r.R0, r.R1 = wrap(h, r.R0, r.R1)
		return hd.Parent
	})
	c.Parent = f
	return nil, nil, f
}
