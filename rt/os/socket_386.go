//go:build linux

package os

import "syscall"

// The calls have no numbers of their own: asks is never true.
const asks = false

func receive(fd int, p []byte) (int, error) { return syscall.Read(fd, p) }
func send(fd int, p []byte) (int, error)    { return syscall.Write(fd, p) }
