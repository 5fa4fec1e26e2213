package net

import (
	"net"

	"github.com/greengen/greengen/rt/green"
)

type count = struct {
	R0 int
	R1 error
}

var slotN = green.SlotFor[count]()

type connResult = struct {
	R0 net.Conn
	R1 error
}

type listenResult = struct {
	R0 net.Listener
	R1 error
}
