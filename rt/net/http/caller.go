package http

import (
	"fmt"
	"path"
	"regexp"
	"runtime"
	"strings"
)

// from says which function of the program called a ResponseWriter.
func from() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if more && (ours(f.Function) || strings.HasSuffix(f.File, "_green.go")) { // or a helper
			continue
		}
		return fmt.Sprintf("from %s (%s:%d)", plainName(f.Function), path.Base(f.File), f.Line)
	}
}

func ours(function string) bool {
	return strings.HasPrefix(function, "net/http.") || strings.HasPrefix(function, "github.com/greengen/greengen/rt/")
}

// plainName is the name of the function that a twin was made of. Whose a method is that goes
// on, a value's or a pointer's, its name does not say: most are a pointer's.
func plainName(twin string) string {
	bare, generic := strings.CutSuffix(twin, "[...]")
	bare, isFast := strings.CutSuffix(bare, "_green")
	i := strings.LastIndexByte(bare, '/') + 1
	pkg, name, _ := strings.Cut(bare[i:], ".")
	name, isResumed := strings.CutPrefix(name, "resume_")
	if !isFast && !isResumed {
		return twin
	}
	name = literal.ReplaceAllStringFunc(name, func(s string) string { return strings.ReplaceAll(s, "_", ".") })
	if isResumed {
		name = method.ReplaceAllString(name, "(*$1).$2")
	}
	if generic {
		name += "[...]"
	}
	return bare[:i] + pkg + "." + name
}

var (
	literal = regexp.MustCompile(`_func\d+(_\d+)*`)
	method  = regexp.MustCompile(`^([^._]+)_([^._]+)$`)
)
