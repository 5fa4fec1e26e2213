package net

import (
	"net"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

const (
	reading = "IO wait, read"
	writing = "IO wait, write"
)

// UnixConn_ReadFrom_green is (*net.UnixConn).ReadFrom. Only from the hub's goroutine.
func UnixConn_ReadFrom_green(h *green.Hub, c *net.UnixConn, p []byte) (int, net.Addr, error, *green.Frame) {
	return when3(h, handleOf(c), rt.Reading, reading, func() (int, net.Addr, error) { return c.ReadFrom(p) })
}

// UnixConn_ReadFromUnix_green is (*net.UnixConn).ReadFromUnix. Only from the hub's goroutine.
func UnixConn_ReadFromUnix_green(h *green.Hub, c *net.UnixConn, p []byte) (int, *net.UnixAddr, error, *green.Frame) {
	return when3(h, handleOf(c), rt.Reading, reading, func() (int, *net.UnixAddr, error) { return c.ReadFromUnix(p) })
}

// UnixConn_ReadMsgUnix_green is (*net.UnixConn).ReadMsgUnix. Only from the hub's goroutine.
func UnixConn_ReadMsgUnix_green(h *green.Hub, c *net.UnixConn, p, oob []byte) (n, oobn, flags int, from *net.UnixAddr, err error, f *green.Frame) {
	return whenMessage(h, handleOf(c), func() (int, int, int, *net.UnixAddr, error) { return c.ReadMsgUnix(p, oob) })
}

// UnixConn_WriteTo_green is (*net.UnixConn).WriteTo. Only from the hub's goroutine.
func UnixConn_WriteTo_green(h *green.Hub, c *net.UnixConn, p []byte, to net.Addr) (int, error, *green.Frame) {
	return when2(h, handleOf(c), rt.Writing, writing, func() (int, error) { return c.WriteTo(p, to) })
}

// UnixConn_WriteToUnix_green is (*net.UnixConn).WriteToUnix. Only from the hub's goroutine.
func UnixConn_WriteToUnix_green(h *green.Hub, c *net.UnixConn, p []byte, to *net.UnixAddr) (int, error, *green.Frame) {
	return when2(h, handleOf(c), rt.Writing, writing, func() (int, error) { return c.WriteToUnix(p, to) })
}

// UnixConn_WriteMsgUnix_green is (*net.UnixConn).WriteMsgUnix. Only from the hub's goroutine.
func UnixConn_WriteMsgUnix_green(h *green.Hub, c *net.UnixConn, p, oob []byte, to *net.UnixAddr) (int, int, error, *green.Frame) {
	return when3(h, handleOf(c), rt.Writing, writing, func() (int, int, error) { return c.WriteMsgUnix(p, oob, to) })
}
