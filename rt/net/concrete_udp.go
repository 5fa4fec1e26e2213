package net

import (
	"net"
	"net/netip"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	gos "github.com/greengen/greengen/rt/os"
)

// received is a datagram, or what stood in its way.
type received struct {
	n    int
	from netip.AddrPort
	err  error
}

// sender returns the address as *net.UDPConn does.
func (r *received) sender() *net.UDPAddr {
	if r.err != nil {
		return nil
	}
	ip := r.from.Addr()
	return &net.UDPAddr{IP: ip.AsSlice(), Port: int(r.from.Port()), Zone: ip.Zone()}
}

var (
	slotUDP      = green.SlotFor3[int, *net.UDPAddr, error]()
	slotAddr     = green.SlotFor3[int, net.Addr, error]()
	slotAddrPort = green.SlotFor3[int, netip.AddrPort, error]()
)

// readUDP reads a datagram. from makes of it what std does.
func readUDP[A any](h *green.Hub, c *net.UDPConn, p []byte, slot green.Slot3[int, A, error], from func(r *received) A,
	std func(p []byte) (int, A, error)) (n int, a A, err error, f *green.Frame) {
	if h.Blocks() {
		n, a, err = std(p)
		return n, a, err, nil
	}
	r := &received{}
	f = gos.Perform(h, gos.Op{
		F: handleOf(c), Dir: rt.Reading,
		Try:  func(fd int) bool { return r.receive(c, fd, p) },
		Give: func(h *green.Hub) { slot.Give(h, r.n, from(r), r.err) },
		Std: func(h *green.Hub) *green.Frame {
			_, _, _, f := green.Offload3(h, reading, func() (int, A, error) { return std(p) })
			return f
		},
	})
	if f != nil {
		return n, a, err, f
	}
	return r.n, from(r), r.err, nil
}

// UDPConn_ReadFromUDP_green is (*net.UDPConn).ReadFromUDP. Only from the hub's goroutine.
func UDPConn_ReadFromUDP_green(h *green.Hub, c *net.UDPConn, p []byte) (int, *net.UDPAddr, error, *green.Frame) {
	return readUDP(h, c, p, slotUDP, (*received).sender, c.ReadFromUDP)
}

// UDPConn_ReadFrom_green is (*net.UDPConn).ReadFrom. Only from the hub's goroutine.
func UDPConn_ReadFrom_green(h *green.Hub, c *net.UDPConn, p []byte) (int, net.Addr, error, *green.Frame) {
	return readUDP(h, c, p, slotAddr, func(r *received) net.Addr {
		if a := r.sender(); a != nil {
			return a
		}
		return nil
	}, c.ReadFrom)
}

// UDPConn_ReadFromUDPAddrPort_green is (*net.UDPConn).ReadFromUDPAddrPort. Only from the hub's
// goroutine.
func UDPConn_ReadFromUDPAddrPort_green(h *green.Hub, c *net.UDPConn, p []byte) (int, netip.AddrPort, error, *green.Frame) {
	return readUDP(h, c, p, slotAddrPort, func(r *received) netip.AddrPort { return r.from }, c.ReadFromUDPAddrPort)
}

// sent is a datagram to send.
type sent struct {
	c   *net.UDPConn
	p   []byte
	ap  netip.AddrPort
	to  net.Addr
	n   int
	err error
}

// send sends it, or has std say what is wrong with it.
func (s *sent) send(h *green.Hub, std func() (int, error)) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := std()
		return n, err, nil
	}
	if !s.plain() {
		return green.Offload2(h, writing, std)
	}
	f := gos.Perform(h, gos.Op{
		F: handleOf(s.c), Dir: rt.Writing, Try: s.try,
		Give: func(h *green.Hub) { *slotN.Of(h) = count{s.n, s.err} },
		Std: func(h *green.Hub) *green.Frame {
			_, _, f := green.Offload2(h, writing, std)
			return f
		},
	})
	return s.n, s.err, f
}

// plain reports whether std gives the address to the kernel as it is: it belongs to the
// socket's family, has no zone to look up, and the socket no peer.
func (s *sent) plain() bool {
	local, ok := s.c.LocalAddr().(*net.UDPAddr)
	if !ok || s.c.RemoteAddr() != nil || !s.ap.IsValid() {
		return false
	}
	ip := s.ap.Addr()
	if len(local.IP) == net.IPv4len {
		return ip.Unmap().Is4()
	}
	return ip.Zone() == "" && !ip.Unmap().IsUnspecified()
}

// addrPort returns a, not valid if there is no such port.
func addrPort(a *net.UDPAddr) netip.AddrPort {
	if a == nil || a.Port != int(uint16(a.Port)) {
		return netip.AddrPort{}
	}
	return a.AddrPort()
}

// UDPConn_WriteTo_green is (*net.UDPConn).WriteTo. Only from the hub's goroutine.
func UDPConn_WriteTo_green(h *green.Hub, c *net.UDPConn, p []byte, to net.Addr) (int, error, *green.Frame) {
	s := &sent{c: c, p: p, to: to}
	if a, ok := to.(*net.UDPAddr); ok {
		s.ap = addrPort(a)
	}
	return s.send(h, func() (int, error) { return c.WriteTo(p, to) })
}

// UDPConn_WriteToUDP_green is (*net.UDPConn).WriteToUDP. Only from the hub's goroutine.
func UDPConn_WriteToUDP_green(h *green.Hub, c *net.UDPConn, p []byte, to *net.UDPAddr) (int, error, *green.Frame) {
	s := &sent{c: c, p: p, to: to, ap: addrPort(to)}
	return s.send(h, func() (int, error) { return c.WriteToUDP(p, to) })
}

// addrPortAddr is an address that std's errors have.
type addrPortAddr struct{ netip.AddrPort }

// Network is udp.
func (addrPortAddr) Network() string { return "udp" }

// UDPConn_WriteToUDPAddrPort_green is (*net.UDPConn).WriteToUDPAddrPort. Only from the hub's
// goroutine.
func UDPConn_WriteToUDPAddrPort_green(h *green.Hub, c *net.UDPConn, p []byte, to netip.AddrPort) (int, error, *green.Frame) {
	s := &sent{c: c, p: p, to: addrPortAddr{to}, ap: to}
	return s.send(h, func() (int, error) { return c.WriteToUDPAddrPort(p, to) })
}

// UDPConn_ReadMsgUDP_green is (*net.UDPConn).ReadMsgUDP. Only from the hub's goroutine.
func UDPConn_ReadMsgUDP_green(h *green.Hub, c *net.UDPConn, p, oob []byte) (n, oobn, flags int, from *net.UDPAddr, err error, f *green.Frame) {
	return whenMessage(h, handleOf(c), func() (int, int, int, *net.UDPAddr, error) { return c.ReadMsgUDP(p, oob) })
}

// UDPConn_ReadMsgUDPAddrPort_green is (*net.UDPConn).ReadMsgUDPAddrPort. Only from the hub's
// goroutine.
func UDPConn_ReadMsgUDPAddrPort_green(h *green.Hub, c *net.UDPConn, p, oob []byte) (n, oobn, flags int, from netip.AddrPort, err error, f *green.Frame) {
	return whenMessage(h, handleOf(c), func() (int, int, int, netip.AddrPort, error) { return c.ReadMsgUDPAddrPort(p, oob) })
}

// UDPConn_WriteMsgUDP_green is (*net.UDPConn).WriteMsgUDP. Only from the hub's goroutine.
func UDPConn_WriteMsgUDP_green(h *green.Hub, c *net.UDPConn, p, oob []byte, to *net.UDPAddr) (int, int, error, *green.Frame) {
	return when3(h, handleOf(c), rt.Writing, writing, func() (int, int, error) { return c.WriteMsgUDP(p, oob, to) })
}

// UDPConn_WriteMsgUDPAddrPort_green is (*net.UDPConn).WriteMsgUDPAddrPort. Only from the hub's
// goroutine.
func UDPConn_WriteMsgUDPAddrPort_green(h *green.Hub, c *net.UDPConn, p, oob []byte, to netip.AddrPort) (int, int, error, *green.Frame) {
	return when3(h, handleOf(c), rt.Writing, writing, func() (int, int, error) { return c.WriteMsgUDPAddrPort(p, oob, to) })
}

// ListenUDP_green is net.ListenUDP, which does not block. Safe from any goroutine.
func ListenUDP_green(_ *green.Hub, network string, laddr *net.UDPAddr) (*net.UDPConn, error) {
	return net.ListenUDP(network, laddr)
}

// DialUDP_green is net.DialUDP, which does not block. Safe from any goroutine.
func DialUDP_green(_ *green.Hub, network string, laddr, raddr *net.UDPAddr) (*net.UDPConn, error) {
	return net.DialUDP(network, laddr, raddr)
}
