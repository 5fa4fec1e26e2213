package tls

import (
	"context"
	"crypto/tls"
	"net"
)

// listener is what NewListener returns.
type listener struct {
	net.Listener
	config *tls.Config
}

// Accept implements net.Listener.
//
//greengen:patch
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(c, l.config), nil
}

// Listen is tls.Listen.
//
//greengen:patch
func Listen(network, address string, config *tls.Config) (net.Listener, error) {
	if config == nil || len(config.Certificates) == 0 && config.GetCertificate == nil && config.GetConfigForClient == nil {
		return stdListen(network, address, config) // says what is missing
	}
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	return NewListener(l, config), nil
}

//greengen:skip
func stdListen(network, address string, config *tls.Config) (net.Listener, error) {
	return tls.Listen(network, address, config)
}

// Dial is tls.Dial.
//
//greengen:patch
func Dial(network, address string, config *tls.Config) (*tls.Conn, error) {
	c, err := stdDial(new(net.Dialer), network, address, config)
	return dialed(c, config), err
}

// DialWithDialer is tls.DialWithDialer.
//
//greengen:patch
func DialWithDialer(d *net.Dialer, network, address string, config *tls.Config) (*tls.Conn, error) {
	c, err := stdDial(d, network, address, config)
	return dialed(c, config), err
}

// Dialer_Dial is (*tls.Dialer).Dial.
//
//greengen:patch
func Dialer_Dial(d *tls.Dialer, network, address string) (net.Conn, error) {
	return Dialer_DialContext(d, context.Background(), network, address)
}

// Dialer_DialContext is (*tls.Dialer).DialContext.
//
//greengen:patch
func Dialer_DialContext(d *tls.Dialer, ctx context.Context, network, address string) (net.Conn, error) {
	c, err := stdDialContext(d, ctx, network, address)
	if c, ok := c.(*tls.Conn); ok {
		return dialed(c, d.Config), err
	}
	return c, err
}

//greengen:offload
func stdDial(d *net.Dialer, network, address string, config *tls.Config) (*tls.Conn, error) {
	return tls.DialWithDialer(d, network, address, config)
}

//greengen:offload
func stdDialContext(d *tls.Dialer, ctx context.Context, network, address string) (net.Conn, error) {
	return d.DialContext(ctx, network, address)
}
