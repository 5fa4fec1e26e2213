package net

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// PacketConn is a UDP or Unix datagram socket of a hub. Std's own is kept beside it,
// for plain callers.
type PacketConn struct {
	std       net.PacketConn
	network   string
	family    uint8 // a kind of addr
	desc      rt.Desc
	mu        sync.Mutex // guards closed and deadlines, and the descriptor against a close
	closed    bool
	deadlines [2]time.Time
}

type packetResult = struct {
	R0 net.PacketConn
	R1 error
}

type datagram = struct {
	R0 int
	R1 net.Addr
	R2 error
}

// packetFrame is a read or write that waits.
type packetFrame struct {
	green.FuncFrame
	c    *PacketConn
	p    []byte
	to   syscall.Sockaddr
	addr net.Addr
}

var (
	packets      green.Pool[packetFrame]
	slotDatagram = green.SlotFor[datagram]()
	slotPacket   = green.SlotFor[packetResult]()
)

// ListenPacket_green is net.ListenPacket. Only from the hub's goroutine.
func ListenPacket_green(h *green.Hub, network, address string) (net.PacketConn, error, *green.Frame) {
	var lc net.ListenConfig
	return ListenConfig_ListenPacket_green(h, &lc, context.Background(), network, address)
}

// ListenConfig_ListenPacket_green is (*net.ListenConfig).ListenPacket. Only from the
// hub's goroutine.
func ListenConfig_ListenPacket_green(h *green.Hub, lc *net.ListenConfig, ctx context.Context, network, address string) (net.PacketConn, error, *green.Frame) {
	if h.Blocks() {
		c, err := lc.ListenPacket(ctx, network, address)
		return c, err, nil
	}
	if network != "unixgram" && !names(network, address) && lc.Control == nil {
		c, err := lc.ListenPacket(ctx, network, address)
		return wrapPacket(h, network, c), err, nil
	}
	c := green.Offload(h, "net.ListenPacket "+address, func() packetResult {
		c, err := lc.ListenPacket(ctx, network, address)
		return packetResult{c, err}
	})
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		r := slotPacket.Of(h)
		r.R0 = wrapPacket(h, network, r.R0)
		return hd.Parent
	})
	c.Parent = f
	return nil, nil, f
}

// wrapPacket takes over what std made, if it is a kind that hubs know.
func wrapPacket(h *green.Hub, network string, std net.PacketConn) net.PacketConn {
	switch std.(type) {
	case *net.UDPConn, *net.UnixConn:
	default:
		return std // an error's nil too
	}
	raw, err := std.(syscall.Conn).SyscallConn()
	if err != nil {
		return std
	}
	c := &PacketConn{std: std, network: network}
	fd := -1
	err2 := raw.Control(func(old uintptr) {
		var sa syscall.Sockaddr
		if sa, err = syscall.Getsockname(int(old)); err == nil {
			a, _ := addrOf(sa)
			c.family = a.kind
			fd, err = dup(int(old))
		}
	})
	if err != nil || err2 != nil {
		return std
	}
	if err := c.desc.Open(rt.HubOf(h), fd); err != nil {
		syscall.Close(fd)
		return std
	}
	return c
}

func (c *PacketConn) fail(op string, to net.Addr, err error) error {
	return &net.OpError{Op: op, Net: c.network, Source: c.std.LocalAddr(), Addr: to, Err: err}
}

// try calls f, a system call, if it may work; !ok: it would block.
func (c *PacketConn) try(dir rt.Dir, call string, f func(fd int) error) (err error, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for waited := c.desc.Waited(dir) || c.desc.Hub().Cancels(); ; waited = false {
		t := c.deadlines[dir]
		switch {
		case c.closed:
			return net.ErrClosed, true
		case !waited && !t.IsZero() && !time.Now().Before(t):
			return os.ErrDeadlineExceeded, true
		case !waited && !c.desc.MayWork(dir):
			return cancelled(&c.desc)
		}
		switch err := f(c.desc.FD()); err {
		case syscall.EINTR:
		case syscall.EAGAIN:
			c.desc.Exhausted(dir)
		default:
			return os.NewSyscallError(call, err), true
		}
	}
}

func (c *PacketConn) tryRead(p []byte) (d datagram, ok bool) {
	err, ok := c.try(rt.Reading, "recvfrom", func(fd int) error {
		n, sa, err := syscall.Recvfrom(fd, p, 0)
		d.R0, d.R1 = max(n, 0), sender(sa)
		return err
	})
	if err != nil {
		d = datagram{R2: c.fail("read", nil, err)}
	}
	return d, ok
}

// sender gives the address of a datagram as net does.
func sender(sa syscall.Sockaddr) net.Addr {
	switch a, name := addrOf(sa); a.kind {
	case inet4, inet6:
		t := a.std("").(*net.TCPAddr)
		return &net.UDPAddr{IP: t.IP, Port: t.Port, Zone: t.Zone}
	case unix:
		if name != "" {
			return &net.UnixAddr{Name: name, Net: "unixgram"}
		}
	}
	return nil
}

func (c *PacketConn) tryWrite(p []byte, to syscall.Sockaddr, addr net.Addr) (n int, err error, ok bool) {
	err, ok = c.try(rt.Writing, "sendto", func(fd int) error { return syscall.Sendto(fd, p, 0, to) })
	if err != nil {
		return 0, c.fail("write", addr, err), ok
	}
	return len(p), nil, ok
}

// target is what the kernel wants of an address; nil: std has to say what is wrong
// with it.
func (c *PacketConn) target(addr net.Addr) syscall.Sockaddr {
	switch addr := addr.(type) {
	case *net.UDPAddr:
		if addr == nil || c.family == unix {
			return nil
		}
		ap := addr.AddrPort()
		if !ap.IsValid() {
			return nil
		}
		sa, family := sockaddr(ap)
		switch {
		case c.family == inet4 && family == syscall.AF_INET, c.family == inet6 && family == syscall.AF_INET6:
			return sa
		case c.family == inet6:
			return &syscall.SockaddrInet6{Port: addr.Port, Addr: ap.Addr().As16()} // mapped
		}
	case *net.UnixAddr:
		if addr != nil && c.family == unix && addr.Net == "unixgram" {
			return &syscall.SockaddrUnix{Name: addr.Name}
		}
	}
	return nil
}

// ReadFrom_green is ReadFrom. Only from the hub's goroutine.
func (c *PacketConn) ReadFrom_green(h *green.Hub, p []byte) (int, net.Addr, error, *green.Frame) {
	switch {
	case h.Blocks():
		n, addr, err := c.ReadFrom(p)
		return n, addr, err, nil
	case !c.desc.Mine(h):
		return 0, nil, nil, green.Offload(h, "IO wait, read", func() datagram {
			n, addr, err := c.ReadFrom(p)
			return datagram{n, addr, err}
		})
	case !rt.HubOf(h).Eager():
		h.Ops.Yield()
	default:
		if d, ok := c.tryRead(p); ok {
			return d.R0, d.R1, d.R2, nil
		}
		c.desc.Wait(rt.Reading)
	}
	f := packets.Get(h)
	f.Resume, f.c, f.p = resumeReadFrom, c, p
	return 0, nil, nil, h.ParkAt(&f.Frame)
}

func resumeReadFrom(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*packetFrame)(ptr(hd))
	d, ok := f.c.tryRead(f.p)
	if !ok {
		f.c.desc.Wait(rt.Reading)
		h.ParkAt(hd)
		return green.Parked
	}
	*slotDatagram.Of(h) = d
	return packets.Put(h, f)
}

// WriteTo_green is WriteTo. Only from the hub's goroutine.
func (c *PacketConn) WriteTo_green(h *green.Hub, p []byte, addr net.Addr) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := c.WriteTo(p, addr)
		return n, err, nil
	}
	to := c.target(addr)
	switch {
	case to == nil || !c.desc.Mine(h):
		return 0, nil, green.Offload(h, "IO wait, write", func() count {
			n, err := c.WriteTo(p, addr)
			return count{n, err}
		})
	case !rt.HubOf(h).Eager():
		h.Ops.Yield()
	default:
		if n, err, ok := c.tryWrite(p, to, addr); ok {
			return n, err, nil
		}
		c.desc.Wait(rt.Writing)
	}
	f := packets.Get(h)
	f.Resume, f.c, f.p, f.to, f.addr = resumeWriteTo, c, p, to, addr
	return 0, nil, h.ParkAt(&f.Frame)
}

func resumeWriteTo(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*packetFrame)(ptr(hd))
	n, err, ok := f.c.tryWrite(f.p, f.to, f.addr)
	if !ok {
		f.c.desc.Wait(rt.Writing)
		h.ParkAt(hd)
		return green.Parked
	}
	*slotN.Of(h) = count{n, err}
	return packets.Put(h, f)
}

// ReadFrom waits on the calling goroutine. Safe from any goroutine.
func (c *PacketConn) ReadFrom(p []byte) (int, net.Addr, error) { return c.std.ReadFrom(p) }

// WriteTo waits on the calling goroutine. Safe from any goroutine.
func (c *PacketConn) WriteTo(p []byte, addr net.Addr) (int, error) { return c.std.WriteTo(p, addr) }

// LocalAddr returns the local address. Safe from any goroutine.
func (c *PacketConn) LocalAddr() net.Addr { return c.std.LocalAddr() }

// Close_green is Close; it never suspends. Only from the hub's goroutine.
func (c *PacketConn) Close_green(h *green.Hub) (error, *green.Frame) {
	if h.Blocks() || !c.desc.Mine(h) {
		return c.Close(), nil
	}
	err := c.release()
	c.desc.Forget()
	return err, nil
}

// Close wakes all who wait for the socket. Safe from any goroutine.
func (c *PacketConn) Close() error {
	err := c.release()
	c.desc.Hub().Post(c.desc.Forget)
	return err
}

func (c *PacketConn) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.std.Close() // says so if it was closed before
	if !c.closed {
		c.closed = true
		c.desc.Unwatch()
		syscall.Close(c.desc.FD())
	}
	return err
}

// SetDeadline is SetReadDeadline and SetWriteDeadline. Safe from any goroutine.
func (c *PacketConn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline makes reads fail from t on. Safe from any goroutine.
func (c *PacketConn) SetReadDeadline(t time.Time) error {
	c.setDeadline(rt.Reading, t)
	return c.std.SetReadDeadline(t)
}

// SetWriteDeadline makes writes fail from t on. Safe from any goroutine.
func (c *PacketConn) SetWriteDeadline(t time.Time) error {
	c.setDeadline(rt.Writing, t)
	return c.std.SetWriteDeadline(t)
}

func (c *PacketConn) setDeadline(dir rt.Dir, t time.Time) {
	c.mu.Lock()
	c.deadlines[dir] = t
	c.mu.Unlock()
	c.desc.SetDeadlines(nil, t, dir == rt.Reading, dir == rt.Writing)
}

// SyscallConn is as of *net.UDPConn, on std's socket. Safe from any goroutine.
func (c *PacketConn) SyscallConn() (syscall.RawConn, error) {
	return c.std.(syscall.Conn).SyscallConn()
}

// buffers are what *net.UDPConn and *net.UnixConn have.
type buffers interface {
	SetReadBuffer(n int) error
	SetWriteBuffer(n int) error
}

// SetReadBuffer is as of *net.UDPConn. Safe from any goroutine.
func (c *PacketConn) SetReadBuffer(n int) error { return c.std.(buffers).SetReadBuffer(n) }

// SetWriteBuffer is as of *net.UDPConn. Safe from any goroutine.
func (c *PacketConn) SetWriteBuffer(n int) error { return c.std.(buffers).SetWriteBuffer(n) }
