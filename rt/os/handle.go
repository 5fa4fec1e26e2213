package os

import (
	"io"
	"os"
	"syscall"
)

// Handle is what std has for a descriptor: a file, as a *Stream, or one of net's conns. It
// is a pointer to std's own, and the same one has one Handle only.
type Handle interface {
	syscall.Conn
	io.ReadWriter
	// Type names std's type.
	Type() string
	// Kind says what reads and writes of the descriptor are like.
	Kind() Kind
	// Failed is the error that std makes of one of the system.
	Failed(op string, err error) error
	// End is what a read returns to which the system gave nothing.
	End(fd int) error
}

// Kind is what is known of a descriptor by its Handle's type.
type Kind uint8

const (
	AnyFile    Kind = iota
	Socket          // it can be asked not to block
	ByteSocket      // ... and a read that gives less than there is room for has taken all
)

// Stream is a file that can be asked for data without waiting: an rt/io.Trier, by which
// who waits needs no buffer. All of its methods but those that std has are for the hub's
// goroutine.
type Stream os.File

// Read is (*os.File).Read. Safe from any goroutine.
func (s *Stream) Read(p []byte) (int, error) { return (*os.File)(s).Read(p) }

// Write is (*os.File).Write. Safe from any goroutine.
func (s *Stream) Write(p []byte) (int, error) { return (*os.File)(s).Write(p) }

// SyscallConn is (*os.File).SyscallConn. Safe from any goroutine.
func (s *Stream) SyscallConn() (syscall.RawConn, error) { return (*os.File)(s).SyscallConn() }

// Kind says that it may be any file.
func (s *Stream) Kind() Kind { return AnyFile }

// Type names std's type.
func (s *Stream) Type() string { return "*os.File" }

// Failed is an error as (*os.File) has it.
func (s *Stream) Failed(op string, err error) error {
	return &os.PathError{Op: op, Path: (*os.File)(s).Name(), Err: err}
}

// End is the end of a file.
func (s *Stream) End(int) error { return io.EOF }
