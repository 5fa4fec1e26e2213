package ir

import (
	"fmt"
	"go/token"
)

// BugError is a fault of greengen's own: a pass met what an earlier one must
// have removed.
type BugError struct {
	Pos token.Pos
	Msg string
}

func (e *BugError) Error() string { return "internal error: " + e.Msg }

// Bug stops the run. The driver reports it with the position.
func Bug(pos token.Pos, format string, args ...any) {
	panic(&BugError{pos, fmt.Sprintf(format, args...)})
}
