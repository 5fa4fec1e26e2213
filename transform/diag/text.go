package diag

import (
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"strings"
)

const indent = "        "

// Error renders the list with the file names as they are.
func (l List) Error() string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.text(""))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Write renders the list to w:
//
//	echo.go:31:3: Flush suspends while mu is held [suspend-under-lock]
//	        echo.go:29:2: mu locked here, a sync.Mutex
//	        hint: unlock before Flush
//
// File names are relative to dir where that is shorter.
func (l List) Write(w io.Writer, dir string) error {
	for _, d := range l {
		if _, err := io.WriteString(w, d.text(dir)); err != nil {
			return err
		}
	}
	return nil
}

func (d Diagnostic) text(dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s [%s]\n", place(d.Pos, dir), indented(d.Msg), d.Code)
	for _, r := range d.Related {
		fmt.Fprintf(&b, "%s%s%s\n", indent, place(r.Pos, dir), indented(r.Msg))
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "%shint: %s\n", indent, d.Hint)
	}
	return b.String()
}

// place renders as much of a position as is known, up to and with ": ".
func place(p token.Position, dir string) string {
	if p.Filename == "" {
		return ""
	}
	p.Filename = Short(p.Filename, dir)
	return p.String() + ": "
}

// indented keeps the later lines of a message apart from the next problem.
func indented(msg string) string {
	return strings.ReplaceAll(strings.TrimRight(msg, "\n"), "\n", "\n"+indent)
}

// Short returns name relative to dir, if that is shorter. It is name if dir is "".
func Short(name, dir string) string {
	if dir == "" {
		return name
	}
	rel, err := filepath.Rel(dir, name)
	if err != nil || len(rel) >= len(name) {
		return name
	}
	return rel
}
