package io

import (
	"io"
	"os"
	"reflect"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
)

// The green methods that dynamic calls look for.
type (
	// Reader is an io.Reader with a twin.
	Reader interface {
		Read_green(h *green.Hub, p []byte) (int, error, *green.Frame)
	}
	// Writer is an io.Writer with a twin.
	Writer interface {
		Write_green(h *green.Hub, p []byte) (int, error, *green.Frame)
	}
	// Closer is an io.Closer with a twin.
	Closer interface {
		Close_green(h *green.Hub) (error, *green.Frame)
	}
	stringWriter interface {
		WriteString_green(h *green.Hub, s string) (int, error, *green.Frame)
	}
	writerTo interface {
		WriteTo_green(h *green.Hub, w io.Writer) (int64, error, *green.Frame)
	}
	readerFrom interface {
		ReadFrom_green(h *green.Hub, r io.Reader) (int64, error, *green.Frame)
	}
)

// Trier is a Reader of a hub which can also be asked without waiting. It is what
// rt/bufio reads from without a buffer more. Only from the hub's goroutine.
type Trier interface {
	Reader
	// TryRead_green is Read, or !ok if that would block or the conn is another hub's.
	TryRead_green(h *green.Hub, p []byte) (n int, err error, ok bool)
	// WaitRead_green parks until TryRead_green may do more. false: it is another hub's.
	WaitRead_green(h *green.Hub) (*green.Frame, bool)
}

// Methods are the twins of a std type's methods; those that it has not are nil.
type Methods struct {
	Read        func(h *green.Hub, r any, p []byte) (int, error, *green.Frame)
	Write       func(h *green.Hub, w any, p []byte) (int, error, *green.Frame)
	WriteString func(h *green.Hub, w any, s string) (int, error, *green.Frame)
	WriteTo     func(h *green.Hub, r any, w io.Writer) (int64, error, *green.Frame)
	ReadFrom    func(h *green.Hub, w any, r io.Reader) (int64, error, *green.Frame)
	Close       func(h *green.Hub, c any) (error, *green.Frame)
	ReadByte    func(h *green.Hub, r any) (byte, error, *green.Frame)
	ReadRune    func(h *green.Hub, r any) (rune, int, error, *green.Frame)
	Trier       func(r any) (Trier, bool)
}

var extended = map[reflect.Type]*Methods{}

var none Methods

// Extend gives twins to the methods of sample's type. Only from init functions.
func Extend(sample any, m *Methods) { extended[reflect.TypeOf(sample)] = m }

func methods(x any) *Methods {
	if m := extended[reflect.TypeOf(x)]; m != nil {
		return m
	}
	return &none
}

type count = struct {
	R0 int
	R1 error
}

type count64 = struct {
	R0 int64
	R1 error
}

var (
	slotN   = green.SlotFor[count]()
	slotN64 = green.SlotFor[count64]()
)

// Read is r.Read(p). Who gets neither data nor an error asks again, perhaps without
// end: the others run first. Only from the hub's goroutine.
func Read(h *green.Hub, r io.Reader, p []byte) (int, error, *green.Frame) {
	n, err, c := read(h, r, p)
	if n == 0 && err == nil && c == nil && len(p) > 0 && !h.Blocks() {
		f := empties.Get(h)
		f.Resume = resumeEmpty
		h.Back()
		h.Ops.Yield()
		return 0, nil, h.ParkAt(&f.Frame)
	}
	return n, err, c
}

type emptyFrame struct{ green.FuncFrame }

var empties green.Pool[emptyFrame]

func resumeEmpty(h *green.Hub, hd *green.Frame) *green.Frame {
	*slotN.Of(h) = count{}
	return empties.Put(h, (*emptyFrame)(ptr(hd)))
}

func read(h *green.Hub, r io.Reader, p []byte) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := r.Read(p)
		return n, err, nil
	}
	if g, ok := r.(Reader); ok {
		return g.Read_green(h, p)
	}
	if l, ok := r.(*io.LimitedReader); ok {
		return LimitedReader_Read_green(h, l, p)
	}
	if m := methods(r); m.Read != nil {
		return m.Read(h, r, p)
	}
	if green.PlainType(r) {
		n, err := r.Read(p)
		return n, err, nil
	}
	if in, ok := promoted(r, "Read").(io.Reader); ok {
		return read(h, in, p)
	}
	return 0, nil, readOffloaded(h, r, p)
}

func readOffloaded(h *green.Hub, r io.Reader, p []byte) *green.Frame {
	return green.Offload(h, "Read of "+typeName(r), func() count {
		n, err := r.Read(p)
		return count{n, err}
	})
}

func typeName(x any) string {
	if t := reflect.TypeOf(x); t != nil {
		return t.String()
	}
	return "nil"
}

// Write is w.Write(p). Only from the hub's goroutine.
func Write(h *green.Hub, w io.Writer, p []byte) (int, error, *green.Frame) {
	if h.Blocks() {
		n, err := w.Write(p)
		return n, err, nil
	}
	if g, ok := w.(Writer); ok {
		return g.Write_green(h, p)
	}
	if m := methods(w); m.Write != nil {
		return m.Write(h, w, p)
	}
	if rt.PlainWriter(w) {
		n, err := w.Write(p)
		return n, err, nil
	}
	if in, ok := promoted(w, "Write").(io.Writer); ok {
		return Write(h, in, p)
	}
	return 0, nil, writeOffloaded(h, w, p)
}

func writeOffloaded(h *green.Hub, w io.Writer, p []byte) *green.Frame {
	return green.Offload(h, "Write of "+typeName(w), func() count {
		n, err := w.Write(p)
		return count{n, err}
	})
}

// Close is c.Close(). Only from the hub's goroutine.
func Close(h *green.Hub, c io.Closer) (error, *green.Frame) {
	if h.Blocks() {
		return c.Close(), nil
	}
	if g, ok := c.(Closer); ok {
		return g.Close_green(h)
	}
	if m := methods(c); m.Close != nil {
		return m.Close(h, c)
	}
	if green.PlainType(c) {
		return c.Close(), nil
	}
	if in, ok := promoted(c, "Close").(io.Closer); ok {
		return Close(h, in)
	}
	return nil, green.Offload(h, "Close of "+typeName(c), func() struct{ R0 error } {
		return struct{ R0 error }{c.Close()}
	})
}

// WriteString_green is io.WriteString. Only from the hub's goroutine.
func WriteString_green(h *green.Hub, w io.Writer, s string) (int, error, *green.Frame) {
	if h.Blocks() || rt.PlainWriter(w) {
		n, err := io.WriteString(w, s)
		return n, err, nil
	}
	if g, ok := w.(stringWriter); ok {
		return g.WriteString_green(h, s)
	}
	if m := methods(w); m.WriteString != nil {
		return m.WriteString(h, w, s)
	}
	if _, ok := w.(io.StringWriter); ok {
		return 0, nil, green.Offload(h, "WriteString of "+typeName(w), func() count {
			n, err := io.WriteString(w, s)
			return count{n, err}
		})
	}
	return Write(h, w, []byte(s))
}

// limitFrame counts what a limited read got.
type limitFrame struct {
	green.FuncFrame
	l *io.LimitedReader
}

var limits green.Pool[limitFrame]

// LimitedReader_Read_green is (*io.LimitedReader).Read. Only from the hub's goroutine.
func LimitedReader_Read_green(h *green.Hub, l *io.LimitedReader, p []byte) (int, error, *green.Frame) {
	if l.N <= 0 {
		return 0, io.EOF, nil
	}
	if int64(len(p)) > l.N {
		p = p[:l.N]
	}
	n, err, c := Read(h, l.R, p)
	if c == nil {
		l.N -= int64(n)
		return n, err, nil
	}
	f := limits.Get(h)
	f.Resume, f.PC, f.l = resumeLimit, 1, l
	c.Parent = &f.Frame
	return 0, nil, &f.Frame
}

// resumeLimit leaves the results in their slot: they are this frame's as well.
func resumeLimit(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*limitFrame)(ptr(hd))
	f.l.N -= int64(slotN.Of(h).R0)
	return limits.Put(h, f)
}

// standard says that x is of a std type whose WriteTo and ReadFrom do what the
// loop of Copy does. A type of the program's may do anything, plain or not.
func standard(x any) bool { return isFile(x) || green.PlainType(x) && green.Classify(x) }

func isFile(x any) bool {
	_, ok := x.(*os.File)
	return ok
}
