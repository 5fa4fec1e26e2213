package net

import (
	"context"
	"net"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// The twins below make std's own conns, for programs that ask interfaces for their types: a
// worker calls std.

// StdDial_green is net.Dial. Only from the hub's goroutine.
func StdDial_green(h *green.Hub, network, address string) (net.Conn, error, *green.Frame) {
	return StdDialTimeout_green(h, network, address, 0)
}

// StdDialTimeout_green is net.DialTimeout. Only from the hub's goroutine.
func StdDialTimeout_green(h *green.Hub, network, address string, d time.Duration) (net.Conn, error, *green.Frame) {
	return green.Offload2(h, "net.Dial "+address, func() (net.Conn, error) { return net.DialTimeout(network, address, d) })
}

// StdDialer_Dial_green is (*net.Dialer).Dial. Only from the hub's goroutine.
func StdDialer_Dial_green(h *green.Hub, d *net.Dialer, network, address string) (net.Conn, error, *green.Frame) {
	return green.Offload2(h, "net.Dial "+address, func() (net.Conn, error) { return d.Dial(network, address) })
}

// StdDialer_DialContext_green is (*net.Dialer).DialContext. Only from the hub's goroutine.
func StdDialer_DialContext_green(h *green.Hub, d *net.Dialer, ctx context.Context, network, address string) (net.Conn, error, *green.Frame) {
	return green.Offload2(h, "net.Dial "+address, func() (net.Conn, error) { return d.DialContext(ctx, network, address) })
}

// StdListen_green is net.Listen. Only from the hub's goroutine.
func StdListen_green(h *green.Hub, network, address string) (net.Listener, error, *green.Frame) {
	return green.Offload2(h, "net.Listen "+address, func() (net.Listener, error) { return net.Listen(network, address) })
}

// StdListenConfig_Listen_green is (*net.ListenConfig).Listen. Only from the hub's goroutine.
func StdListenConfig_Listen_green(h *green.Hub, lc *net.ListenConfig, ctx context.Context, network, address string) (net.Listener, error, *green.Frame) {
	return green.Offload2(h, "net.Listen "+address, func() (net.Listener, error) { return lc.Listen(ctx, network, address) })
}

// StdListenPacket_green is net.ListenPacket. Only from the hub's goroutine.
func StdListenPacket_green(h *green.Hub, network, address string) (net.PacketConn, error, *green.Frame) {
	return green.Offload2(h, "net.ListenPacket "+address, func() (net.PacketConn, error) { return net.ListenPacket(network, address) })
}

// StdListenConfig_ListenPacket_green is (*net.ListenConfig).ListenPacket. Only from the hub's
// goroutine.
func StdListenConfig_ListenPacket_green(h *green.Hub, lc *net.ListenConfig, ctx context.Context, network, address string) (net.PacketConn, error, *green.Frame) {
	return green.Offload2(h, "net.ListenPacket "+address, func() (net.PacketConn, error) { return lc.ListenPacket(ctx, network, address) })
}
