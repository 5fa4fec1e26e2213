//go:build !linux

package net

import (
	"io"
	"net"
	"syscall"

	gio "github.com/greengen/greengen/rt/io"
)

func endOf(int) error { return io.EOF }

func closesAtOnce(syscall.Conn) bool { return false }

func trierOf(any) (gio.Trier, bool) { return nil, false }

func (r *received) receive(*net.UDPConn, int, []byte) bool { return false }

func (s *sent) try(int) bool { return false }
