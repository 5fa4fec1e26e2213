//go:build linux

package net_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/talk"
)

func TestPacketServer(t *testing.T) {
	both(t, talk.Packets, talk.Packets_green,
		"handler",
		"hello!",
		"!",
		"rt/net: server closed",
		"shutdown: <nil>",
		"serve: rt/net: server closed",
		"last!",
		"closed: true",
		"again: rt/net: server closed")
}

func TestPacketServerWithPool(t *testing.T) {
	both(t,
		func(log *talk.Log) { log.Add("at once:", talk.PacketPool()) },
		func(h *green.Hub, log *talk.Log) *green.Frame {
			return Run(h, Call1(talk.PacketPool_green, func(most int) { log.Add("at once:", most) }))
		},
		"at once: 2")
}

func TestServersShareRoom(t *testing.T) {
	both(t,
		func(log *talk.Log) { log.Add("at once:", talk.Shared()) },
		func(h *green.Hub, log *talk.Log) *green.Frame {
			return Run(h, Call1(talk.Shared_green, func(most int) { log.Add("at once:", most) }))
		},
		"at once: 2")
}

func TestIdleListenersLeaveRoom(t *testing.T) {
	both(t, talk.Idle, talk.Idle_green, "answer: x <nil>", "answer: x <nil>", "answer: x <nil>", "answer: x <nil>")
}

func TestPacketServerPauses(t *testing.T) {
	both(t, talk.PacketPause, talk.PacketPause_green,
		"before",
		"none",
		"meanwhile",
		"close: <nil>",
		"serve: rt/net: server closed")
}

func TestPacketServerStops(t *testing.T) {
	both(t,
		func(log *talk.Log) { talk.PacketStop(false, log) },
		func(h *green.Hub, log *talk.Log) *green.Frame { return talk.PacketStop_green(h, false, log) },
		"closed: true",
		"shutdown: context deadline exceeded",
		"serve: rt/net: server closed")

	// One that waits for something else is killed, on a hub.
	var log talk.Log
	require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.PacketStop_green(h, true, &log) })))
	require.Equal(t, []string{
		"cleaned up",
		"shutdown: context deadline exceeded",
		"serve: rt/net: server closed",
	}, log.Lines())
}
