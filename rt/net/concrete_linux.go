package net

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
	gos "github.com/greengen/greengen/rt/os"
)

// endOf returns what a read returns that got nothing: of datagrams an empty one.
func endOf(fd int) error {
	if t, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TYPE); err == nil && t == syscall.SOCK_DGRAM {
		return nil
	}
	return io.EOF
}

// closesAtOnce reports whether a close of c does not block: not for data that is to be sent
// (SetLinger), nor for a system call that does.
func closesAtOnce(c syscall.Conn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	atOnce := true // closed
	raw.Control(func(fd uintptr) { atOnce = !gos.BlocksFD(fd) && !lingers(int(fd)) })
	return atOnce
}

// lingers reads both words of a syscall.Linger: as the two addresses of the struct that
// package syscall has a function for.
func lingers(fd int) bool {
	l, err := syscall.GetsockoptIPMreq(fd, syscall.SOL_SOCKET, syscall.SO_LINGER)
	return err == nil && l.Multiaddr != [4]byte{} && l.Interface != [4]byte{}
}

// The conns are rt/io's Triers, and a tcpConn what a copy writes to.

func (c *tcpConn) Write_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return StdConn_Write_green(h, &c.TCPConn, p)
}

func (c *tcpConn) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return StdConn_Read_green(h, &c.TCPConn, p)
}
func (c *tcpConn) TryRead_green(h *green.Hub, p []byte) (int, error, bool) {
	return gos.TryRead(h, c, p)
}
func (c *tcpConn) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return gos.WaitRead(h, c) }

// ByteStream implements rt/io's. A unixConn may be one of datagrams.
func (c *tcpConn) ByteStream() {}

func (c *unixConn) Read_green(h *green.Hub, p []byte) (int, error, *green.Frame) {
	return StdConn_Read_green(h, &c.UnixConn, p)
}
func (c *unixConn) TryRead_green(h *green.Hub, p []byte) (int, error, bool) {
	return gos.TryRead(h, c, p)
}
func (c *unixConn) WaitRead_green(h *green.Hub) (*green.Frame, bool) { return gos.WaitRead(h, c) }

// trierOf returns c as a Trier.
func trierOf(c any) (t gio.Trier, ok bool) {
	switch c := c.(type) {
	case *net.TCPConn:
		return (*tcpConn)(unsafe.Pointer(c)), true
	case *net.UnixConn:
		return (*unixConn)(unsafe.Pointer(c)), true
	}
	return nil, false
}

// receive returns false if there is no datagram.
func (r *received) receive(c *net.UDPConn, fd int, p []byte) bool {
	for {
		n, sa, err := syscall.Recvfrom(fd, p, 0)
		switch err {
		case nil:
			r.n = n
			r.from = addrPortOf(sa)
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			r.err = opError(c, "read", c.RemoteAddr(), os.NewSyscallError("recvfrom", err))
			return true
		}
	}
}

func addrPortOf(sa syscall.Sockaddr) netip.AddrPort {
	a, _ := addrOf(sa)
	switch a.kind {
	case inet4:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(a.ip[:])), a.port)
	case inet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.ip).WithZone(zone(a.zone)), a.port)
	}
	return netip.AddrPort{}
}

// try returns false if the socket has no room.
func (s *sent) try(fd int) bool {
	for {
		err := syscall.Sendto(fd, s.p, 0, s.sockaddr())
		switch err {
		case nil:
			s.n = len(s.p)
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			s.err = opError(s.c, "write", s.to, os.NewSyscallError("sendto", err))
			return true
		}
	}
}

// sockaddr is the address in the family of the socket.
func (s *sent) sockaddr() syscall.Sockaddr {
	ip := s.ap.Addr()
	if len(s.c.LocalAddr().(*net.UDPAddr).IP) == net.IPv4len {
		return &syscall.SockaddrInet4{Port: int(s.ap.Port()), Addr: ip.Unmap().As4()}
	}
	return &syscall.SockaddrInet6{Port: int(s.ap.Port()), Addr: ip.As16()}
}
