package http

import (
	"fmt"
	"path"
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

// plainName is the name of the function that a twin was made of.
func plainName(twin string) string {
	i := strings.LastIndexByte(twin, '/') + 1
	pkg, name, _ := strings.Cut(twin[i:], ".")
	plain := strings.TrimPrefix(strings.TrimSuffix(name, "_green"), "resume_")
	if plain != name {
		plain = strings.ReplaceAll(plain, "_func", ".func")
	}
	return twin[:i] + pkg + "." + plain
}
