package net

import "net"

type connResult = struct {
	R0 net.Conn
	R1 error
}

type listenResult = struct {
	R0 net.Listener
	R1 error
}
