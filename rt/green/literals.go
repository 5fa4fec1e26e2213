package green

import "unsafe"

// Locate returns the name of the function that begins at pc, and where its first
// instruction is in the source; ok is false if that instruction is of another
// function, inlined there. Set by rt, which may ask the runtime.
var Locate func(pc uintptr) (name, file string, line int, ok bool)

// literal is a literal in a package-level initialiser. Plain code makes it, so
// its code pointer is not known before somebody has the func value.
type literal struct {
	file     string // base name
	from, to int    // its lines, on which no other such literal of the package is
	is       func(any) bool
	entry    entry
}

// literals is guarded by funcsMu, and only grows.
var literals []literal

// Literal says that twin is the green form of the literal of type F, in a
// package-level initialiser of twin's package, that stands on these lines.
func Literal[F any](file string, from, to int, twin unsafe.Pointer, recovers bool) {
	is := func(fn any) bool { _, ok := fn.(F); return ok }
	funcsMu.lock()
	defer funcsMu.unlock()
	literals = append(literals, literal{file, from, to, is, entry{twin: twin, recovers: recovers}})
	dropUnknown()
}

// dropUnknown forgets of which functions nothing was known: one may be the literal that has
// just become known. funcsMu is held.
func dropUnknown() {
	if unknown == 0 {
		return
	}
	unknown = 0
	t := funcs.Load()
	rest := &table{mask: t.mask, entries: make([]entry, len(t.entries))}
	for _, e := range t.entries {
		if e.pc != 0 && !e.none {
			rest.put(e)
		}
	}
	funcs.Store(rest)
}

// locate finds out whether fn, whose code is at pc, is such a literal, and notes
// the answer. The type is compared, so that lines which are out of date can never
// call a twin with the parameters of another function.
func locate(pc uintptr, fn any) entry {
	funcsMu.lock()
	all := literals
	funcsMu.unlock()
	e := entry{none: true}
	if Locate == nil {
		return e
	}
	name, file, line, ok := Locate(pc)
	pkg := packageOf(name)
	if quick := quickTwin(pkg, fn); ok && quick != nil {
		e = entry{pc: pc, twin: quick, itself: true}
		add(e)
		return e
	}
	if ok && ofInitialiser(name[len(pkg):]) {
		for _, l := range all {
			if l.file == base(file) && l.from <= line && line <= l.to && l.is(fn) && l.in(pkg) {
				e = l.entry
			}
		}
	}
	e.pc = pc
	addIf(e, func() bool { return len(literals) == len(all) })
	return e
}

// quickTwin returns a twin for functions of std that never block, whatever made them,
// as a context's CancelFunc: it calls them.
func quickTwin(pkg string, fn any) unsafe.Pointer {
	if pkg != "context" && pkg != "time" {
		return nil
	}
	switch fn.(type) {
	case func():
		return Func(func(_ *Hub, fn unsafe.Pointer) *Frame { As[func()](fn)(); return nil })
	case func() bool:
		return Func(func(_ *Hub, fn unsafe.Pointer) (bool, *Frame) { return As[func() bool](fn)(), nil })
	case func(error):
		return Func(func(_ *Hub, fn unsafe.Pointer, err error) *Frame { As[func(error)](fn)(err); return nil })
	}
	return nil
}

// in reports whether l's twin, and so l, is of the package.
func (l *literal) in(pkg string) bool {
	name, _, _, ok := Locate(*(*uintptr)(l.entry.twin))
	return ok && packageOf(name) == pkg
}

// packageOf returns what stands before the first dot behind the last slash; dots
// of the path itself are escaped there.
func packageOf(name string) string {
	i := len(name) - len(base(name))
	for i < len(name) && name[i] != '.' {
		i++
	}
	return name[:i]
}

func base(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// ofInitialiser reports whether gc gives a name such as .init.func1, or .glob..func1
// as before Go 1.21, which is a literal in an initialiser. One within another, or
// in an inlined function, has a longer name.
func ofInitialiser(name string) bool {
	for _, prefix := range [...]string{".init.func", ".glob..func"} {
		if n := len(prefix); len(name) > n && name[:n] == prefix {
			return digits(name[n:])
		}
	}
	return false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
