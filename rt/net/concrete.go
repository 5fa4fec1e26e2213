package net

import (
	"io"
	"net"
	"os"
	"reflect"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gos "github.com/greengen/greengen/rt/os"
)

// std's own conns as rt/os wants them: each is all of its type, so that a pointer to the one
// is a pointer to the other. A tcpConn has no ReadFrom nor WriteTo: what these call is not to
// call them again.
type (
	tcpConn struct {
		noCopies
		net.TCPConn
	}
	udpConn  struct{ net.UDPConn }
	unixConn struct{ net.UnixConn }
	ipConn   struct{ net.IPConn }
)

// noCopies hides methods of what it is embedded beside.
type noCopies struct{}

func (noCopies) ReadFrom() {}
func (noCopies) WriteTo()  {}

// stdConn is what std's own conns have.
type stdConn interface {
	net.Conn
	syscall.Conn
}

// handleOf returns what rt/os knows c by; nil: it is none of std's.
func handleOf(c net.Conn) gos.Handle {
	switch c := c.(type) {
	case *net.TCPConn:
		return (*tcpConn)(unsafe.Pointer(c))
	case *net.UnixConn:
		return (*unixConn)(unsafe.Pointer(c))
	case *net.UDPConn:
		return (*udpConn)(unsafe.Pointer(c))
	case *net.IPConn:
		return (*ipConn)(unsafe.Pointer(c))
	}
	return nil
}

func (c *tcpConn) Type() string  { return "*net.TCPConn" }
func (c *udpConn) Type() string  { return "*net.UDPConn" }
func (c *unixConn) Type() string { return "*net.UnixConn" }
func (c *ipConn) Type() string   { return "*net.IPConn" }

func (c *tcpConn) Kind() gos.Kind  { return gos.ByteSocket }
func (c *udpConn) Kind() gos.Kind  { return gos.Socket }
func (c *unixConn) Kind() gos.Kind { return gos.Socket }
func (c *ipConn) Kind() gos.Kind   { return gos.Socket }

func (c *tcpConn) Failed(op string, err error) error  { return failed(&c.TCPConn, op, err) }
func (c *udpConn) Failed(op string, err error) error  { return failed(&c.UDPConn, op, err) }
func (c *unixConn) Failed(op string, err error) error { return failed(&c.UnixConn, op, err) }
func (c *ipConn) Failed(op string, err error) error   { return failed(&c.IPConn, op, err) }

func (c *tcpConn) End(int) error     { return io.EOF }
func (c *udpConn) End(int) error     { return nil }
func (c *unixConn) End(fd int) error { return endOf(fd) }
func (c *ipConn) End(int) error      { return nil }

// failed wraps err as std's methods do.
func failed(c stdConn, op string, err error) error {
	if errno, ok := err.(syscall.Errno); ok {
		err = os.NewSyscallError(op, errno)
	}
	return opError(c, op, c.RemoteAddr(), err)
}

func opError(c stdConn, op string, to net.Addr, err error) error {
	return &net.OpError{Op: op, Net: networkOf(c), Source: c.LocalAddr(), Addr: to, Err: err}
}

// networkOf returns the network that c was made for, as "tcp4": its addresses say "tcp". Std
// tells it to its own packages by a method whose type nobody else can name.
func networkOf(c stdConn) string {
	if raw, err := c.SyscallConn(); err == nil {
		if m := reflect.ValueOf(raw).MethodByName("Network"); m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
			return m.Call(nil)[0].String()
		}
	}
	if a := c.LocalAddr(); a != nil {
		return a.Network()
	}
	return ""
}

// StdConn_Read_green is Read of std's conns. Only from the hub's goroutine.
func StdConn_Read_green(h *green.Hub, c net.Conn, p []byte) (int, error, *green.Frame) {
	f := handleOf(c)
	if h.Blocks() || f == nil {
		return green.Offload2(h, "IO wait, read", func() (int, error) { return c.Read(p) })
	}
	return gos.Read_green(h, f, p)
}

// StdConn_Write_green is Write of std's conns. Only from the hub's goroutine.
func StdConn_Write_green(h *green.Hub, c net.Conn, p []byte) (int, error, *green.Frame) {
	f := handleOf(c)
	if h.Blocks() || f == nil {
		return green.Offload2(h, "IO wait, write", func() (int, error) { return c.Write(p) })
	}
	return gos.Write_green(h, f, p)
}

// StdConn_Close_green is Close of std's conns. Only from the hub's goroutine.
func StdConn_Close_green(h *green.Hub, c net.Conn) (error, *green.Frame) {
	return closeStd(h, handleOf(c), c)
}

// closeStd closes c, which f stands for, and tells those who wait for it.
func closeStd(h *green.Hub, f syscall.Conn, c io.Closer) (error, *green.Frame) {
	shut := func() error {
		err := c.Close()
		if f != nil && err == nil {
			gos.Closed(f)
		}
		return err
	}
	if h.Blocks() || f != nil && closesAtOnce(f) {
		return shut(), nil
	}
	return green.Offload1(h, "IO wait, close", shut)
}

// StdConn_SetDeadline_green is SetDeadline of any conn; h is nil where it is not known. Safe
// from any goroutine.
func StdConn_SetDeadline_green(h *green.Hub, c net.Conn, t time.Time) error {
	return setDeadline(h, c, t, net.Conn.SetDeadline, true, true)
}

// StdConn_SetReadDeadline_green is SetReadDeadline, as above.
func StdConn_SetReadDeadline_green(h *green.Hub, c net.Conn, t time.Time) error {
	return setDeadline(h, c, t, net.Conn.SetReadDeadline, true, false)
}

// StdConn_SetWriteDeadline_green is SetWriteDeadline, as above.
func StdConn_SetWriteDeadline_green(h *green.Hub, c net.Conn, t time.Time) error {
	return setDeadline(h, c, t, net.Conn.SetWriteDeadline, false, true)
}

func setDeadline(h *green.Hub, c net.Conn, t time.Time, set func(net.Conn, time.Time) error, read, write bool) error {
	if err, ok := ownDeadline(h, c, t, read, write); ok {
		return err
	}
	if f := handleOf(c); f != nil {
		return gos.SetDeadline(f, t, func(t time.Time) error { return set(c, t) }, read, write)
	}
	return set(c, t)
}

// when2 and the others do what std does with c as soon as that most likely does not block: a
// worker, since somebody may be faster. Who waits has none.
func when2[A, B any](h *green.Hub, c syscall.Conn, dir rt.Dir, why string, std func() (A, B)) (a A, b B, f *green.Frame) {
	if h.Blocks() {
		a, b = std()
		return a, b, nil
	}
	return a, b, gos.Perform(h, gos.Op{F: c, Dir: dir, Std: func(h *green.Hub) *green.Frame {
		_, _, c := green.Offload2(h, why, std)
		return c
	}})
}

func when3[A, B, C any](h *green.Hub, c syscall.Conn, dir rt.Dir, why string, std func() (A, B, C)) (a A, b B, x C, f *green.Frame) {
	if h.Blocks() {
		a, b, x = std()
		return a, b, x, nil
	}
	return a, b, x, gos.Perform(h, gos.Op{F: c, Dir: dir, Std: func(h *green.Hub) *green.Frame {
		_, _, _, c := green.Offload3(h, why, std)
		return c
	}})
}

// message is what the methods that read out-of-band data return.
type message[A any] = struct {
	R0, R1, R2 int
	R3         A
	R4         error
}

func whenMessage[A any](h *green.Hub, c syscall.Conn, std func() (n, oobn, flags int, from A, err error)) (n, oobn, flags int, from A, err error, f *green.Frame) {
	if h.Blocks() {
		n, oobn, flags, from, err = std()
		return n, oobn, flags, from, err, nil
	}
	f = gos.Perform(h, gos.Op{F: c, Dir: rt.Reading, Std: func(h *green.Hub) *green.Frame {
		return green.Offload(h, "IO wait, read", func() (m message[A]) {
			m.R0, m.R1, m.R2, m.R3, m.R4 = std()
			return m
		})
	}})
	return n, oobn, flags, from, err, f
}
