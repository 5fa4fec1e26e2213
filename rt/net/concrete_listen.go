package net

import (
	"net"
	"reflect"
	"syscall"
	"time"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gos "github.com/greengen/greengen/rt/os"
)

// std's listeners as conns are above. Their SyscallConn can tell whether a deadline is over.
type (
	tcpListener  struct{ net.TCPListener }
	unixListener struct{ net.UnixListener }
)

func (l *tcpListener) SyscallConn() (syscall.RawConn, error) {
	raw, err := (*net.TCPListener)(unsafe.Pointer(l)).SyscallConn() // of a nil one, too
	return readable(raw), err
}

func (l *unixListener) SyscallConn() (syscall.RawConn, error) {
	raw, err := (*net.UnixListener)(unsafe.Pointer(l)).SyscallConn()
	return readable(raw), err
}

// readable returns the conn of whose Read a listener's refuses all: the only field of what
// raw points to. It is raw where std has changed.
func readable(raw syscall.RawConn) syscall.RawConn {
	v := reflect.ValueOf(raw)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct || v.Elem().NumField() != 1 {
		return raw
	}
	// The first field of a struct is where the struct is.
	c, ok := reflect.NewAt(v.Elem().Type().Field(0).Type, v.UnsafePointer()).Interface().(syscall.RawConn)
	if !ok {
		return raw
	}
	return c
}

func tcpListenerOf(l *net.TCPListener) *tcpListener { return (*tcpListener)(unsafe.Pointer(l)) }

func unixListenerOf(l *net.UnixListener) *unixListener { return (*unixListener)(unsafe.Pointer(l)) }

const accepting = "IO wait, accept"

// TCPListener_Accept_green is (*net.TCPListener).Accept: a worker calls it when there is a
// conn. Only from the hub's goroutine.
func TCPListener_Accept_green(h *green.Hub, l *net.TCPListener) (net.Conn, error, *green.Frame) {
	return when2(h, tcpListenerOf(l), rt.Reading, accepting, l.Accept)
}

// TCPListener_AcceptTCP_green is (*net.TCPListener).AcceptTCP. Only from the hub's goroutine.
func TCPListener_AcceptTCP_green(h *green.Hub, l *net.TCPListener) (*net.TCPConn, error, *green.Frame) {
	return when2(h, tcpListenerOf(l), rt.Reading, accepting, l.AcceptTCP)
}

// UnixListener_Accept_green is (*net.UnixListener).Accept. Only from the hub's goroutine.
func UnixListener_Accept_green(h *green.Hub, l *net.UnixListener) (net.Conn, error, *green.Frame) {
	return when2(h, unixListenerOf(l), rt.Reading, accepting, l.Accept)
}

// UnixListener_AcceptUnix_green is (*net.UnixListener).AcceptUnix. Only from the hub's
// goroutine.
func UnixListener_AcceptUnix_green(h *green.Hub, l *net.UnixListener) (*net.UnixConn, error, *green.Frame) {
	return when2(h, unixListenerOf(l), rt.Reading, accepting, l.AcceptUnix)
}

// accepter is a listener with a twin.
type accepter interface {
	Accept_green(h *green.Hub) (net.Conn, error, *green.Frame)
}

// Accept_green is Accept of any listener. Only from the hub's goroutine.
func Accept_green(h *green.Hub, l net.Listener) (net.Conn, error, *green.Frame) {
	if g, ok := l.(accepter); ok {
		return g.Accept_green(h)
	}
	switch l := l.(type) {
	case *net.TCPListener:
		return TCPListener_Accept_green(h, l)
	case *net.UnixListener:
		return UnixListener_Accept_green(h, l)
	}
	if green.PlainType(l) {
		c, err := l.Accept()
		return c, err, nil
	}
	return green.Offload2(h, "(net.Listener).Accept", l.Accept)
}

// TCPListener_Close_green is (*net.TCPListener).Close. Only from the hub's goroutine.
func TCPListener_Close_green(h *green.Hub, l *net.TCPListener) (error, *green.Frame) {
	return closeStd(h, tcpListenerOf(l), l)
}

// UnixListener_Close_green is (*net.UnixListener).Close. Only from the hub's goroutine.
func UnixListener_Close_green(h *green.Hub, l *net.UnixListener) (error, *green.Frame) {
	return closeStd(h, unixListenerOf(l), l)
}

// TCPListener_SetDeadline_green is (*net.TCPListener).SetDeadline. Safe from any goroutine.
func TCPListener_SetDeadline_green(_ *green.Hub, l *net.TCPListener, t time.Time) error {
	return gos.SetDeadline(tcpListenerOf(l), t, l.SetDeadline, true, false)
}

// UnixListener_SetDeadline_green is (*net.UnixListener).SetDeadline. Safe from any goroutine.
func UnixListener_SetDeadline_green(_ *green.Hub, l *net.UnixListener, t time.Time) error {
	return gos.SetDeadline(unixListenerOf(l), t, l.SetDeadline, true, false)
}

// ListenTCP_green is net.ListenTCP, which does not block. Safe from any goroutine.
func ListenTCP_green(_ *green.Hub, network string, laddr *net.TCPAddr) (*net.TCPListener, error) {
	return net.ListenTCP(network, laddr)
}

// ListenUnix_green is net.ListenUnix, which does not block. Safe from any goroutine.
func ListenUnix_green(_ *green.Hub, network string, laddr *net.UnixAddr) (*net.UnixListener, error) {
	return net.ListenUnix(network, laddr)
}

// DialTCP_green is net.DialTCP, which a worker calls. Only from the hub's goroutine.
func DialTCP_green(h *green.Hub, network string, laddr, raddr *net.TCPAddr) (*net.TCPConn, error, *green.Frame) {
	return green.Offload2(h, "net.DialTCP", func() (*net.TCPConn, error) { return net.DialTCP(network, laddr, raddr) })
}

// DialUnix_green is net.DialUnix, which does not block: who listens has room for the conn,
// or the kernel refuses it. Safe from any goroutine.
func DialUnix_green(_ *green.Hub, network string, laddr, raddr *net.UnixAddr) (*net.UnixConn, error) {
	return net.DialUnix(network, laddr, raddr)
}
