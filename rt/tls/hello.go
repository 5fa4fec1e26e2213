package tls

import "crypto/tls"

// unlentHello returns the hello with the real conn where it has a lender.
func unlentHello(h *tls.ClientHelloInfo) *tls.ClientHelloInfo {
	if l := asLender(h.Conn); l != nil {
		h.Conn = l.Conn
	}
	return h
}

// unlentConfig returns config for a Conn with a lender, which its callbacks are not to see.
func unlentConfig(config *tls.Config) *tls.Config {
	if config == nil || config.GetCertificate == nil && config.GetConfigForClient == nil && config.GetEncryptedClientHelloKeys == nil {
		return config
	}
	var none tls.ConnectionState
	config.EncryptTicket(none, new(tls.SessionState)) // it has keys then, which all its clones share
	clone := config.Clone()
	if f := config.GetCertificate; f != nil {
		clone.GetCertificate = func(h *tls.ClientHelloInfo) (*tls.Certificate, error) { return f(unlentHello(h)) }
	}
	if f := config.GetConfigForClient; f != nil {
		clone.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			other, err := f(unlentHello(h))
			return unlentConfig(other), err
		}
	}
	if f := config.GetEncryptedClientHelloKeys; f != nil {
		clone.GetEncryptedClientHelloKeys = func(h *tls.ClientHelloInfo) ([]tls.EncryptedClientHelloKey, error) { return f(unlentHello(h)) }
	}
	return clone
}
