package net

import (
	"net"
	"time"

	"github.com/greengen/greengen/rt/green"
)

type connResult = struct {
	R0 net.Conn
	R1 error
}

type listenResult = struct {
	R0 net.Listener
	R1 error
}

// dialPlain leaves a dial to std, on a worker.
func dialPlain(h *green.Hub, network, address string, d time.Duration) *green.Frame {
	return green.Offload(h, "net.Dial "+address, func() connResult {
		c, err := net.DialTimeout(network, address, d)
		return connResult{c, err}
	})
}
