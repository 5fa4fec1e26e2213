package tls

import (
	"crypto/tls"
	"net"

	"github.com/greengen/greengen/rt/green"
)

// lendOn is lend for a Conn made on a hub.
func lendOn(h *green.Hub, c *tls.Conn, config *tls.Config) *tls.Conn {
	if !h.Blocks() {
		lend(c, config)
	}
	return c
}

// Client_green is tls.Client for greenlets.
func Client_green(h *green.Hub, c net.Conn, config *tls.Config) *tls.Conn {
	return lendOn(h, tls.Client(c, config), config)
}

// Server_green is tls.Server for greenlets.
func Server_green(h *green.Hub, c net.Conn, config *tls.Config) *tls.Conn {
	if known && !h.Blocks() {
		config = unlentConfig(config)
	}
	return lendOn(h, tls.Server(c, config), config)
}

// Conn_NetConn_green is (*tls.Conn).NetConn for greenlets.
func Conn_NetConn_green(_ *green.Hub, c *tls.Conn) net.Conn {
	if l := lenderOf(c); l != nil {
		return l.Conn
	}
	return c.NetConn()
}

// NewListener_green is tls.NewListener for greenlets.
func NewListener_green(_ *green.Hub, inner net.Listener, config *tls.Config) net.Listener {
	return &listener{inner, config}
}

// NewListener is tls.NewListener.
func NewListener(inner net.Listener, config *tls.Config) net.Listener {
	return tls.NewListener(inner, config)
}

// dialed gives a Conn that has shaken hands a lender: in its twin.
func dialed(c *tls.Conn, _ *tls.Config) *tls.Conn { return c }

func dialed_green(h *green.Hub, c *tls.Conn, config *tls.Config) *tls.Conn {
	if c == nil {
		return c
	}
	if l := lenderOf(lendOn(h, c, config)); l != nil {
		l.shaken.Store(true)
	}
	return c
}
