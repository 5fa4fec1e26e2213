package rt

import (
	_ "embed"
	"strings"
)

// patchedNames are made by make patched.
//
//go:embed patched.txt
var patchedNames string

// Patched reports whether calls of a function of std wait on the hub in green code, by a
// twin, or wherever what they are handed may block: "net.Dial", "sync.(*Mutex).Lock",
// "io.Copy". Of others that may block it is a worker that does: docs/patched.md has both. To
// call std's own function from green code, call it in one that is marked
// //greengen:offload, or, if it does not block, //greengen:skip. Safe from any goroutine.
func Patched(name string) bool {
	return name != "" && !strings.Contains(name, "\n") && strings.Contains("\n"+patchedNames, "\n"+name+"\n")
}
