package color

import (
	_ "embed"
	"strings"
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
	for line := range strings.Lines(blockingText) {
		fs := strings.Fields(line)
		if len(fs) == 0 || fs[0] == "#" {
			continue
		}
		pkg := strings.TrimSuffix(fs[0], ":")
		m[pkg] = true
		for _, name := range fs[2:] {
			blocking[pkg+"."+name] = fs[1] == "blocks"
		}
	}
	return m
}()

// unknown reports whether the table should know k, a function of package path, and
// does not: another release of Go has it, or another system. Then it may block.
func unknown(path, k string) bool {
	_, ok := blocking[k]
	return judged[path] && !ok
}
