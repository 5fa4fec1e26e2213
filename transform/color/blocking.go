package color

import (
	_ "embed"

	"github.com/greengen/greengen/transform/rules"
)

// blockingText says of std's packages that are declared plain which functions may
// block all the same. internal/stdcalls makes it of what std itself calls.
//
//go:embed blocking.txt
var blockingText string

// blocking has the functions of blocking.txt, as key names them: true may block.
var blocking = map[string]bool{}

// judged has the packages of which the table has all functions.
var judged = func() map[string]bool {
	m := map[string]bool{}
	for _, r := range table("blocking.txt", blockingText) {
		m[r.Package] = true
		blocking[r.Key()] = r.Verb == rules.Blocks
	}
	return m
}()

// unknown reports whether the table should know k, a function of package path, and
// does not: another release of Go has it, or another system. Then it may block.
func unknown(path, k string) bool {
	_, ok := blocking[k]
	return judged[path] && !ok
}
