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

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// Fprintf_green is fmt.Fprintf. Only from the hub's goroutine.
func Fprintf_green(h *green.Hub, w io.Writer, format string, a ...any) (int, error, *green.Frame) {
	return gio.Write(h, w, fmt.Appendf(nil, format, a...))
}

// Fprint_green is fmt.Fprint. Only from the hub's goroutine.
func Fprint_green(h *green.Hub, w io.Writer, a ...any) (int, error, *green.Frame) {
	return gio.Write(h, w, fmt.Append(nil, a...))
}

// Fprintln_green is fmt.Fprintln. Only from the hub's goroutine.
func Fprintln_green(h *green.Hub, w io.Writer, a ...any) (int, error, *green.Frame) {
	return gio.Write(h, w, fmt.Appendln(nil, a...))
}
