package net

import (
	"io"
	"net"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// init is for std's conns and listeners in interfaces.
func init() {
	m := gio.Methods{
		Read: func(h *green.Hub, r any, p []byte) (int, error, *green.Frame) {
			return StdConn_Read_green(h, r.(net.Conn), p)
		},
		Write: func(h *green.Hub, w any, p []byte) (int, error, *green.Frame) {
			return StdConn_Write_green(h, w.(net.Conn), p)
		},
		Close: func(h *green.Hub, c any) (error, *green.Frame) { return StdConn_Close_green(h, c.(net.Conn)) },
	}
	datagrams, stream, tcp := m, m, m
	stream.Trier, tcp.Trier = trierOf, trierOf
	tcp.WriteTo = func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame) {
		return TCPConn_WriteTo_green(h, r.(*net.TCPConn), w)
	}
	tcp.ReadFrom = func(h *green.Hub, w any, r io.Reader) (int64, error, *green.Frame) {
		return TCPConn_ReadFrom_green(h, w.(*net.TCPConn), r)
	}
	gio.Extend((*net.TCPConn)(nil), &tcp)
	gio.Extend((*net.UnixConn)(nil), &stream)
	gio.Extend((*net.UDPConn)(nil), &datagrams)
	gio.Extend((*net.IPConn)(nil), &datagrams)
	gio.Extend((*net.TCPListener)(nil), &gio.Methods{Close: func(h *green.Hub, c any) (error, *green.Frame) {
		return TCPListener_Close_green(h, c.(*net.TCPListener))
	}})
	gio.Extend((*net.UnixListener)(nil), &gio.Methods{Close: func(h *green.Hub, c any) (error, *green.Frame) {
		return UnixListener_Close_green(h, c.(*net.UnixListener))
	}})
}

// wrapFrame is a copy from or to a conn that waits.
type wrapFrame struct {
	green.FuncFrame
	c  *net.TCPConn
	op string
}

type count64 = struct {
	R0 int64
	R1 error
}

var (
	wraps   green.Pool[wrapFrame]
	slotN64 = green.SlotFor[count64]()
)

// TCPConn_ReadFrom_green is (*net.TCPConn).ReadFrom: the kernel does not copy. Only from the
// hub's goroutine.
func TCPConn_ReadFrom_green(h *green.Hub, c *net.TCPConn, r io.Reader) (int64, error, *green.Frame) {
	if h.Blocks() || c == nil || *c == (net.TCPConn{}) {
		n, err := c.ReadFrom(r)
		return n, err, nil
	}
	n, err, f := gio.Copy_green(h, (*tcpConn)(unsafe.Pointer(c)), r)
	return wrapped(h, c, "readfrom", n, err, f)
}

// TCPConn_WriteTo_green is (*net.TCPConn).WriteTo, as TCPConn_ReadFrom_green. Only from the
// hub's goroutine.
func TCPConn_WriteTo_green(h *green.Hub, c *net.TCPConn, w io.Writer) (int64, error, *green.Frame) {
	if h.Blocks() || c == nil || *c == (net.TCPConn{}) {
		n, err := c.WriteTo(w)
		return n, err, nil
	}
	n, err, f := gio.Copy_green(h, w, (*tcpConn)(unsafe.Pointer(c)))
	return wrapped(h, c, "writeto", n, err, f)
}

// wrapped gives the error of a copy the form that std's has.
func wrapped(h *green.Hub, c *net.TCPConn, op string, n int64, err error, f *green.Frame) (int64, error, *green.Frame) {
	if f == nil {
		return n, copyError(c, op, err), nil
	}
	w := wraps.Get(h)
	w.Resume, w.PC, w.c, w.op = resumeWrap, 1, c, op
	f.Parent = &w.Frame
	return 0, nil, &w.Frame
}

func copyError(c *net.TCPConn, op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return opError(c, op, c.RemoteAddr(), err)
}

func resumeWrap(h *green.Hub, hd *green.Frame) *green.Frame {
	w := (*wrapFrame)(unsafe.Pointer(hd))
	r := slotN64.Of(h)
	r.R1 = copyError(w.c, w.op, r.R1)
	return wraps.Put(h, w)
}
