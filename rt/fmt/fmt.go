// Package fmt stands for std's fmt in green code. The printing functions format
// first and write once, as std's do; formatting calls methods of the operands:
// a call with operands whose methods may block is offloaded.
//
// The scanning functions read as std's do, with std's code (call.go): it is handed a stand-in
// for the reader, which fails where it would wait, and is called again when there is more. A
// worker scans where an operand is a Scanner, which would see that, and what comes from a disk.
package fmt

import (
	"fmt"
	"io"
	"sync"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// text is what has been formatted, in memory that is used again once it is written.
type text []byte

var texts = sync.Pool{New: func() any { return new(text) }}

// mostText is up to how many bytes are kept for the next text.
const mostText = 64 << 10

// write writes t to w. One that is under way is not used again.
func (t *text) write(h *green.Hub, w io.Writer) (int, error, *green.Frame) {
	n, err, c := gio.Write(h, w, *t)
	if c == nil && cap(*t) <= mostText {
		*t = (*t)[:0]
		texts.Put(t)
	}
	return n, err, c
}

// Fprintf_green is fmt.Fprintf. Only from the hub's goroutine.
func Fprintf_green(h *green.Hub, w io.Writer, format string, a ...any) (int, error, *green.Frame) {
	t := texts.Get().(*text)
	*t = fmt.Appendf(*t, format, a...)
	return t.write(h, w)
}

// Fprint_green is fmt.Fprint. Only from the hub's goroutine.
func Fprint_green(h *green.Hub, w io.Writer, a ...any) (int, error, *green.Frame) {
	t := texts.Get().(*text)
	*t = fmt.Append(*t, a...)
	return t.write(h, w)
}

// Fprintln_green is fmt.Fprintln. Only from the hub's goroutine.
func Fprintln_green(h *green.Hub, w io.Writer, a ...any) (int, error, *green.Frame) {
	t := texts.Get().(*text)
	*t = fmt.Appendln(*t, a...)
	return t.write(h, w)
}
