//go:build !linux

package net

import (
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
