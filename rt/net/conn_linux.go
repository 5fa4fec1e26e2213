package net

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// Conn is a TCP or Unix stream conn of a hub.
type Conn struct {
	desc rt.Desc
	mu   sync.Mutex // guards closed and ext, and the descriptor against a close
	ext  *connExt

	ip     [4]byte // of the peer; one over IPv6 has it in ext
	port   uint16
	kind   uint8
	closed bool
}

// connExt is what few conns need.
type connExt struct {
	names     [2]string // of Unix sockets: local, remote
	local     addr      // kept when the conn is closed
	remote    addr      // of a conn over IPv6
	std       net.Conn  // for plain callers
	deadlines [2]time.Time
}

func ptr(f *green.Frame) unsafe.Pointer { return unsafe.Pointer(f) }

// newConn makes a conn of a descriptor that is connected or about to be. It
// owns fd, even if it fails.
func newConn(h *green.Hub, fd int, sa syscall.Sockaddr) (*Conn, error) {
	c := &Conn{}
	c.connects(sa)
	if err := c.desc.Open(rt.HubOf(h), fd); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	return c, nil
}

// depart implements mover: nobody but the caller has c.
func (c *Conn) depart() { c.desc.Leave() }

// arrive implements mover.
func (c *Conn) arrive(h *green.Hub) error { return c.desc.Open(rt.HubOf(h), c.desc.FD()) }

// connects notes the remote address. Nobody else has c yet.
func (c *Conn) connects(sa syscall.Sockaddr) {
	remote, name := addrOf(sa)
	c.port, c.kind, c.ip = remote.port, remote.kind, [4]byte(remote.ip[:])
	if name != "" {
		c.more().names[1] = name
	}
	if remote.kind == inet6 {
		c.more().remote = remote
	}
}

// more is called with c.mu held.
func (c *Conn) more() *connExt {
	if c.ext == nil {
		c.ext = &connExt{}
	}
	return c.ext
}

// peer returns the remote address.
func (c *Conn) peer() addr {
	if c.kind == inet6 {
		return c.ext.remote // there since the beginning
	}
	a := addr{port: c.port, kind: c.kind}
	copy(a.ip[:], c.ip[:])
	return a
}

func (c *Conn) network() string {
	if c.kind == unix {
		return "unix"
	}
	return "tcp"
}

// fail wraps an error as net does. Called without c.mu.
func (c *Conn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: c.network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// ready says why an operation cannot be tried: an error, or it would block.
// Called with c.mu held.
func (c *Conn) ready(dir rt.Dir) (err error, ok bool) {
	if c.closed {
		return net.ErrClosed, true
	}
	if c.late(dir) {
		return os.ErrDeadlineExceeded, true
	}
	return nil, c.desc.MayWork(dir)
}

// late reports whether the deadline passed. Called with c.mu held.
func (c *Conn) late(dir rt.Dir) bool {
	if c.ext == nil {
		return false
	}
	t := c.ext.deadlines[dir]
	return !t.IsZero() && !time.Now().Before(t)
}

// begin is ready for who is going to try: who waited does that even if the deadline
// has passed, and who is cancelled before it fails. Called with c.mu held.
func (c *Conn) begin(dir rt.Dir) (err error, ok bool) {
	if c.desc.Waited(dir) && !c.closed && c.late(dir) {
		return nil, true
	}
	err, ok = c.ready(dir)
	return err, ok || c.desc.Hub().Cancels()
}

// cancelled says whether the current greenlet, about to wait for d, fails instead: see
// rt's Greenlet.Cancel.
func cancelled(d *rt.Desc) (err error, fails bool) {
	err = d.Hub().Cancelled()
	return err, err != nil
}

// tryRead reads if that needs no wait.
func (c *Conn) tryRead(p []byte) (n int, err error, ok bool) {
	c.mu.Lock()
	if err, ok = c.begin(rt.Reading); ok && err == nil && len(p) > 0 {
		if n, err, ok = c.read(p); !ok && c.late(rt.Reading) {
			err, ok = os.ErrDeadlineExceeded, true
		}
	}
	c.mu.Unlock()
	if !ok && len(p) > 0 {
		err, ok = cancelled(&c.desc)
	}
	if err != nil && err != io.EOF {
		err = c.fail("read", err)
	}
	return n, err, ok || len(p) == 0
}

func (c *Conn) read(p []byte) (int, error, bool) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(c.desc.FD()),
			uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			c.desc.Exhausted(rt.Reading)
			return 0, nil, false
		case errno != 0:
			return 0, os.NewSyscallError("read", errno), true
		case n == 0:
			return 0, io.EOF, true
		default:
			if int(n) < len(p) && c.kind != unix {
				c.desc.Short(rt.Reading)
			}
			return int(n), nil, true
		}
	}
}

// tryWrite writes as much as goes without a wait; !ok: not all.
func (c *Conn) tryWrite(p []byte) (n int, err error, ok bool) {
	c.mu.Lock()
	if err, ok = c.begin(rt.Writing); ok && err == nil && len(p) > 0 {
		if n, err, ok = c.write(p); !ok && c.late(rt.Writing) {
			err, ok = os.ErrDeadlineExceeded, true
		}
	}
	c.mu.Unlock()
	if !ok && len(p) > 0 {
		err, ok = cancelled(&c.desc)
	}
	if err != nil {
		err = c.fail("write", err)
	}
	return n, err, ok || len(p) == 0
}

func (c *Conn) write(p []byte) (int, error, bool) {
	done := 0
	for done < len(p) {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(c.desc.FD()),
			uintptr(unsafe.Pointer(&p[done])), uintptr(len(p)-done))
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			c.desc.Exhausted(rt.Writing)
			return done, nil, false
		case errno != 0:
			return done, os.NewSyscallError("write", errno), true
		default:
			done += int(n)
		}
	}
	return done, nil, true
}

// ioFrame is a read or write that waits.
type ioFrame struct {
	green.FuncFrame
	c *Conn
	p []byte
	n int
}

var ios green.Pool[ioFrame]

// Read_green is Read. Only from the hub's goroutine.
func (c *Conn) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	switch {
	case h.Blocks():
		n, err := c.Read(p)
		return n, err, nil
	case !c.desc.Mine(h):
		return 0, nil, green.Offload(h, "IO wait, read", func() count {
			n, err := c.Read(p)
			return count{n, err}
		})
	case !rt.HubOf(h).Eager():
		h.Back()
		h.Ops.Yield()
	default:
		if n, err, ok := c.tryRead(p); ok {
			return n, err, nil
		}
		c.desc.Wait(rt.Reading)
	}
	f := ios.Get(h)
	f.Resume, f.c, f.p = resumeRead, c, p
	return 0, nil, h.ParkAt(&f.Frame)
}

func resumeRead(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*ioFrame)(ptr(hd))
	n, err, ok := f.c.tryRead(f.p)
	if !ok {
		f.c.desc.Wait(rt.Reading)
		h.ParkAt(hd)
		return green.Parked
	}
	*slotN.Of(h) = count{n, err}
	return ios.Put(h, f)
}

// TryRead_green reads if that needs no wait, else !ok. Only from the hub's goroutine.
func (c *Conn) TryRead_green(h *green.Hub, p []byte) (int, error, bool) {
	if !c.desc.Mine(h) || !rt.HubOf(h).Eager() {
		return 0, nil, false
	}
	return c.tryRead(p)
}

// WaitRead_green parks until TryRead_green may do more; !ok: never, it is
// another hub's conn. Only from the hub's goroutine.
func (c *Conn) WaitRead_green(h *green.Hub) (*green.Frame, bool) {
	if !c.desc.Mine(h) {
		return nil, false
	}
	c.mu.Lock()
	err, may := c.ready(rt.Reading)
	c.mu.Unlock()
	if may || err != nil || c.desc.Hub().Cancels() {
		return green.Yield(h), true // it was refused for being too eager
	}
	c.desc.Wait(rt.Reading)
	return h.ParkLink(), true
}

// ByteStream implements rt/io's.
func (c *Conn) ByteStream() {}

// Pump_green implements rt/io's Pump.
func (c *Conn) Pump_green(h *green.Hub, dst io.Writer, buf []byte) (x gio.Pumped) {
	d, ok := dst.(*Conn)
	if !ok || !c.desc.Mine(h) || !d.desc.Mine(h) {
		return x
	}
	for hub := rt.HubOf(h); hub.Eager(); {
		n, err, ok := c.tryRead(buf)
		switch {
		case !ok:
			c.desc.Wait(rt.Reading)
			x.Waits = h.ParkLink()
			return x
		case err != nil || n == 0:
			x.N, x.Err = n, err
			return x
		}
		x.N = n
		n, err, x.Writes = d.Write_green(h, buf[:n])
		if x.Writes != nil {
			return x
		}
		x.Written += int64(n)
		if x.N, x.Failed = 0, err; err != nil {
			return x
		}
	}
	return x
}

// Write_green is Write. Only from the hub's goroutine.
func (c *Conn) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	n := 0
	switch {
	case h.Blocks():
		n, err := c.Write(p)
		return n, err, nil
	case !c.desc.Mine(h):
		return 0, nil, green.Offload(h, "IO wait, write", func() count {
			n, err := c.Write(p)
			return count{n, err}
		})
	case !rt.HubOf(h).Eager():
		h.Back()
		h.Ops.Yield()
	default:
		var err error
		var ok bool
		if n, err, ok = c.tryWrite(p); ok {
			return n, err, nil
		}
		c.desc.Wait(rt.Writing)
	}
	f := ios.Get(h)
	f.Resume, f.c, f.p, f.n = resumeWrite, c, p, n
	return 0, nil, h.ParkAt(&f.Frame)
}

func resumeWrite(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*ioFrame)(ptr(hd))
	n, err, ok := f.c.tryWrite(f.p[f.n:])
	f.n += n
	if !ok {
		f.c.desc.Wait(rt.Writing)
		h.ParkAt(hd)
		return green.Parked
	}
	*slotN.Of(h) = count{f.n, err}
	return ios.Put(h, f)
}

// Close_green is Close; it never suspends. Only from the hub's goroutine.
func (c *Conn) Close_green(h *green.Hub) (error, *green.Frame) {
	if h.Blocks() || !c.desc.Mine(h) {
		return c.Close(), nil
	}
	err := c.release()
	c.desc.Forget()
	return err, nil
}

// Close wakes all who wait for the conn. Safe from any goroutine.
func (c *Conn) Close() error {
	err := c.release()
	c.desc.Hub().Post(c.desc.Forget)
	return err
}

// release gives the descriptor back.
func (c *Conn) release() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return c.fail("close", net.ErrClosed)
	}
	c.localLocked()
	c.closed = true
	if c.ext.std != nil {
		c.desc.Unwatch() // the duplicate would keep the poller's entry
		c.ext.std.Close()
	}
	err := syscall.Close(c.desc.FD())
	c.mu.Unlock()
	if err != nil {
		return c.fail("close", os.NewSyscallError("close", err))
	}
	return nil
}

// localLocked fetches the local address, and keeps it. Called with c.mu held.
func (c *Conn) localLocked() net.Addr {
	x := c.more()
	if x.local.kind == noAddr && !c.closed {
		if sa, err := syscall.Getsockname(c.desc.FD()); err == nil {
			x.local, x.names[0] = addrOf(sa)
		}
	}
	return x.local.std(x.names[0])
}

// LocalAddr returns the local address. Safe from any goroutine.
func (c *Conn) LocalAddr() net.Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.localLocked()
}

// RemoteAddr returns the peer's address. Safe from any goroutine.
func (c *Conn) RemoteAddr() net.Addr {
	a := c.peer()
	if a.kind != unix {
		return a.std("")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return a.std(c.more().names[1])
}

// peerText is RemoteText for most of the hub's conns, without what would be thrown away.
func peerText(c net.Conn) (text string, ok bool) {
	if x, is := c.(*Conn); is && x.kind == inet4 {
		return netip.AddrPortFrom(netip.AddrFrom4(x.ip), x.port).String(), true
	}
	return "", false
}
