//go:build !linux

package net

import (
	"context"
	"net"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// Dial_green is net.Dial. Only from the hub's goroutine.
func Dial_green(h *green.Hub, network, address string) (net.Conn, error, *green.Frame) {
	return DialTimeout_green(h, network, address, 0)
}

// DialTimeout_green is net.DialTimeout. Only from the hub's goroutine.
func DialTimeout_green(h *green.Hub, network, address string, d time.Duration) (net.Conn, error, *green.Frame) {
	if h.Blocks() {
		c, err := net.DialTimeout(network, address, d)
		return c, err, nil
	}
	return nil, nil, dialPlain(h, network, address, d)
}

// Listen_green is net.Listen. Only from the hub's goroutine.
func Listen_green(h *green.Hub, network, address string) (net.Listener, error, *green.Frame) {
	if h.Blocks() {
		l, err := net.Listen(network, address)
		return l, err, nil
	}
	return nil, nil, green.Offload(h, "net.Listen", func() listenResult {
		l, err := net.Listen(network, address)
		return listenResult{l, err}
	})
}

// Dialer_Dial_green is (*net.Dialer).Dial. Only from the hub's goroutine.
func Dialer_Dial_green(h *green.Hub, d *net.Dialer, network, address string) (net.Conn, error, *green.Frame) {
	return Dialer_DialContext_green(h, d, context.Background(), network, address)
}

// Dialer_DialContext_green is (*net.Dialer).DialContext. Only from the hub's goroutine.
func Dialer_DialContext_green(h *green.Hub, d *net.Dialer, ctx context.Context, network, address string) (net.Conn, error, *green.Frame) {
	if h.Blocks() {
		c, err := d.DialContext(ctx, network, address)
		return c, err, nil
	}
	return nil, nil, green.Offload(h, "net.Dial "+address, func() connResult {
		c, err := d.DialContext(ctx, network, address)
		return connResult{c, err}
	})
}

// ListenConfig_Listen_green is (*net.ListenConfig).Listen. Only from the hub's goroutine.
func ListenConfig_Listen_green(h *green.Hub, lc *net.ListenConfig, ctx context.Context, network, address string) (net.Listener, error, *green.Frame) {
	if h.Blocks() {
		l, err := lc.Listen(ctx, network, address)
		return l, err, nil
	}
	return nil, nil, green.Offload(h, "net.ListenConfig.Listen", func() listenResult {
		l, err := lc.Listen(ctx, network, address)
		return listenResult{l, err}
	})
}

// dialPlain leaves a dial to std, on a worker.
func dialPlain(h *green.Hub, network, address string, d time.Duration) *green.Frame {
	return green.Offload(h, "net.Dial "+address, func() connResult {
		c, err := net.DialTimeout(network, address, d)
		return connResult{c, err}
	})
}

type packetResult = struct {
	R0 net.PacketConn
	R1 error
}

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
	return nil, nil, green.Offload(h, "net.ListenPacket", func() packetResult {
		c, err := lc.ListenPacket(ctx, network, address)
		return packetResult{c, err}
	})
}

func peerText(net.Conn) (text string, ok bool) { return "", false }

func ownDeadline(*green.Hub, net.Conn, time.Time, bool, bool) (err error, ok bool) { return nil, false }
