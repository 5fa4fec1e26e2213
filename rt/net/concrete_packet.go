package net

import (
	"net"

	"github.com/greengen/greengen/rt/green"
)

// What a net.PacketConn with twins has.
type (
	readerFrom interface {
		ReadFrom_green(h *green.Hub, p []byte) (int, net.Addr, error, *green.Frame)
	}
	writerTo interface {
		WriteTo_green(h *green.Hub, p []byte, to net.Addr) (int, error, *green.Frame)
	}
)

// ReadFrom_green is ReadFrom of any conn. Only from the hub's goroutine.
func ReadFrom_green(h *green.Hub, c net.PacketConn, p []byte) (int, net.Addr, error, *green.Frame) {
	if g, ok := c.(readerFrom); ok {
		return g.ReadFrom_green(h, p)
	}
	switch c := c.(type) {
	case *net.UDPConn:
		return UDPConn_ReadFrom_green(h, c, p)
	case *net.UnixConn:
		return UnixConn_ReadFrom_green(h, c, p)
	}
	if green.PlainType(c) {
		n, from, err := c.ReadFrom(p)
		return n, from, err, nil
	}
	return green.Offload3(h, "(net.PacketConn).ReadFrom", func() (int, net.Addr, error) { return c.ReadFrom(p) })
}

// WriteTo_green is WriteTo of any conn. Only from the hub's goroutine.
func WriteTo_green(h *green.Hub, c net.PacketConn, p []byte, to net.Addr) (int, error, *green.Frame) {
	if g, ok := c.(writerTo); ok {
		return g.WriteTo_green(h, p, to)
	}
	switch c := c.(type) {
	case *net.UDPConn:
		return UDPConn_WriteTo_green(h, c, p, to)
	case *net.UnixConn:
		return UnixConn_WriteTo_green(h, c, p, to)
	}
	if green.PlainType(c) {
		n, err := c.WriteTo(p, to)
		return n, err, nil
	}
	return green.Offload2(h, "(net.PacketConn).WriteTo", func() (int, error) { return c.WriteTo(p, to) })
}
