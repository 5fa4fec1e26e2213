package net

import (
	"net"
	"os"
	"syscall"
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// plain returns std's conn for the same socket.
func (c *Conn) plain(op string) (net.Conn, error) {
	c.mu.Lock()
	std, err := c.plainLocked()
	c.mu.Unlock()
	if err != nil {
		return nil, c.fail(op, err)
	}
	return std, nil
}

func (c *Conn) plainLocked() (net.Conn, error) {
	if c.closed {
		return nil, net.ErrClosed
	}
	x := c.more()
	if x.std != nil {
		return x.std, nil
	}
	fd, err := dup(c.desc.FD())
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "socket")
	defer f.Close()
	std, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	std.SetReadDeadline(x.deadlines[rt.Reading])
	std.SetWriteDeadline(x.deadlines[rt.Writing])
	x.std = std
	return std, nil
}

// dup leaves the socket non-blocking, which (*os.File).Fd would not.
func dup(fd int) (int, error) {
	n, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return 0, os.NewSyscallError("fcntl", errno)
	}
	return int(n), nil
}

// Read waits for data on the calling goroutine. Safe from any goroutine.
func (c *Conn) Read(p []byte) (int, error) {
	std, err := c.plain("read")
	if err != nil {
		return 0, err
	}
	return std.Read(p)
}

// Write writes all of p on the calling goroutine. Safe from any goroutine.
func (c *Conn) Write(p []byte) (int, error) {
	std, err := c.plain("write")
	if err != nil {
		return 0, err
	}
	return std.Write(p)
}

// SetDeadline is SetReadDeadline and SetWriteDeadline. Safe from any goroutine.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadline(nil, t, true, true) }

// SetReadDeadline makes reads fail from t on. Safe from any goroutine.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(nil, t, true, false) }

// SetWriteDeadline makes writes fail from t on. Safe from any goroutine.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(nil, t, false, true) }

// ownDeadline sets the deadline of a conn of a hub; !ok: it is another one.
func ownDeadline(h *green.Hub, c net.Conn, t time.Time, read, write bool) (err error, ok bool) {
	x, ok := c.(*Conn)
	if !ok {
		return nil, false
	}
	return x.setDeadline(h, t, read, write), true
}

// setDeadline sets one or both; h is as in rt.Desc.SetDeadlines.
func (c *Conn) setDeadline(h *green.Hub, t time.Time, read, write bool) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return c.fail("set", net.ErrClosed)
	}
	x := c.more()
	std := x.std
	if read {
		x.deadlines[rt.Reading] = t
	}
	if write {
		x.deadlines[rt.Writing] = t
	}
	c.mu.Unlock()
	if std != nil && read {
		std.SetReadDeadline(t)
	}
	if std != nil && write {
		std.SetWriteDeadline(t)
	}
	// The timer is for greenlets that wait; whoever tries looks at the clock.
	c.desc.SetDeadlines(h, t, read, write)
	return nil
}

// shut is shutdown(2) for one or both directions.
func (c *Conn) shut(how int) error {
	c.mu.Lock()
	var err error = net.ErrClosed
	if !c.closed {
		err = os.NewSyscallError("shutdown", syscall.Shutdown(c.desc.FD(), how))
	}
	c.mu.Unlock()
	if err != nil {
		return c.fail("close", err)
	}
	return nil
}

// CloseRead is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) CloseRead() error { return c.shut(syscall.SHUT_RD) }

// CloseWrite is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) CloseWrite() error { return c.shut(syscall.SHUT_WR) }

// option sets an integer option of the socket.
func (c *Conn) option(level, name, value int) error {
	c.mu.Lock()
	var err error = net.ErrClosed
	if !c.closed {
		err = os.NewSyscallError("setsockopt", syscall.SetsockoptInt(c.desc.FD(), level, name, value))
	}
	c.mu.Unlock()
	if err != nil {
		return c.fail("set", err)
	}
	return nil
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// SetNoDelay is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetNoDelay(on bool) error {
	return c.option(syscall.IPPROTO_TCP, syscall.TCP_NODELAY, toInt(on))
}

// SetKeepAlive is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetKeepAlive(on bool) error {
	return c.option(syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, toInt(on))
}

// SetKeepAlivePeriod is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetKeepAlivePeriod(d time.Duration) error {
	secs := int((d + time.Second - 1) / time.Second)
	if err := c.option(syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, secs); err != nil {
		return err
	}
	return c.option(syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, secs)
}

// SetKeepAliveConfig is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetKeepAliveConfig(config net.KeepAliveConfig) error {
	std, err := c.plain("set")
	if err != nil {
		return err
	}
	t, ok := std.(interface {
		SetKeepAliveConfig(config net.KeepAliveConfig) error
	})
	if !ok {
		return c.fail("set", syscall.EINVAL)
	}
	return t.SetKeepAliveConfig(config)
}

// SetLinger is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetLinger(sec int) error {
	l := syscall.Linger{Onoff: int32(toInt(sec >= 0)), Linger: int32(max(sec, 0))}
	c.mu.Lock()
	var err error = net.ErrClosed
	if !c.closed {
		err = os.NewSyscallError("setsockopt", syscall.SetsockoptLinger(c.desc.FD(), syscall.SOL_SOCKET, syscall.SO_LINGER, &l))
	}
	c.mu.Unlock()
	if err != nil {
		return c.fail("set", err)
	}
	return nil
}

// File is as of *net.TCPConn, of std's duplicate. Safe from any goroutine.
func (c *Conn) File() (*os.File, error) {
	std, err := c.plain("file")
	if err != nil {
		return nil, err
	}
	return std.(interface{ File() (*os.File, error) }).File()
}

// SetReadBuffer is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetReadBuffer(n int) error {
	return c.option(syscall.SOL_SOCKET, syscall.SO_RCVBUF, n)
}

// SetWriteBuffer is as of *net.TCPConn. Safe from any goroutine.
func (c *Conn) SetWriteBuffer(n int) error {
	return c.option(syscall.SOL_SOCKET, syscall.SO_SNDBUF, n)
}

// SyscallConn is as of *net.TCPConn, on std's duplicate. Safe from any goroutine.
func (c *Conn) SyscallConn() (syscall.RawConn, error) {
	std, err := c.plain("raw")
	if err != nil {
		return nil, err
	}
	return std.(syscall.Conn).SyscallConn()
}
