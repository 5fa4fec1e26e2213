package green

// site is what a report needs to know of one function that has frames.
type site struct {
	name, file string
	lines      []int32
}

var siteTable struct {
	spin
	byPC    map[uintptr]site
	generic map[string]site
}

// Place is a suspended activation as a report keeps it: the frame itself may be
// reused by the time that the report is printed.
type Place struct {
	resume uintptr
	pc     uint32
}

// Describe says which function a resume body belongs to, and the line of each
// of its resume blocks, then that of its end if it defers calls. Safe from any goroutine; emitted code calls it from init.
func Describe(resume func(*Hub, *Frame) *Frame, name, file string, lines ...int32) {
	siteTable.lock()
	defer siteTable.unlock()
	if siteTable.byPC == nil {
		siteTable.byPC = map[uintptr]site{}
	}
	siteTable.byPC[*(*uintptr)(Func(resume))] = site{name, file, lines}
}

// DescribeGeneric is Describe for a generic function, or in one: base is what the names of
// its twin and its resume body are made of, behind that of the package.
func DescribeGeneric(base, name, file string, lines ...int32) {
	siteTable.lock()
	defer siteTable.unlock()
	if siteTable.generic == nil {
		siteTable.generic = map[string]site{}
	}
	siteTable.generic[base] = site{name, file, lines}
}

// siteOf finds what was described; !ok: nothing. Of a generic function the code is that of
// a closure, or of an instance, which is known by its name.
func siteOf(resume uintptr) (s site, ok bool) {
	siteTable.lock()
	s, ok = siteTable.byPC[resume]
	none := len(siteTable.generic) == 0
	siteTable.unlock()
	if ok || none || Locate == nil || resume == 0 {
		return s, ok
	}
	name, _, _, known := Locate(resume)
	if !known {
		return s, false
	}
	base := baseOf(name)
	siteTable.lock()
	defer siteTable.unlock()
	s, ok = siteTable.generic[base]
	return s, ok
}

// baseOf returns the base of the function that a symbol of generated code belongs to:
// p.set_add for p.resume_set_add[...] and p.(*set[...]).add_green.func1.
func baseOf(symbol string) string {
	at := 0 // of the name of the function, or of its receiver's type
	for i, c := range symbol {
		if c == '/' {
			at = 0
		} else if c == '.' && at == 0 {
			at = i + 1
		}
	}
	base := []byte(symbol[:at])
	for i := at; i < len(symbol); i++ {
		rest := symbol[i:]
		switch {
		case hasPrefix(rest, ".func"):
			i = len(symbol)
		case i == at && hasPrefix(rest, "resume_"):
			i += len("resume_") - 1
		case hasPrefix(rest, "[...]"):
			i += len("[...]") - 1
		case rest[0] == '(' || rest[0] == '*' || rest[0] == ')':
		case rest[0] == '.':
			base = append(base, '_')
		default:
			base = append(base, rest[0])
		}
	}
	if n := len(base) - len("_green"); n > 0 && string(base[n:]) == "_green" {
		base = base[:n]
	}
	return string(base)
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// PlaceOf remembers where f is suspended. Only from the hub's goroutine.
func PlaceOf(f *Frame) Place {
	how := f.How()
	if f.kind == odd {
		how = oddOne(f)
	}
	if how == nil {
		return Place{}
	}
	return Place{*(*uintptr)(Func(how)), f.PC}
}

// Where finds the source position of a suspended activation; !ok says that its
// function was never described, as those of primitives. Only from the hub's goroutine.
func Where(f *Frame) (name, file string, line int, ok bool) { return PlaceOf(f).Where() }

// Where is as the function of that name. Safe from any goroutine.
func (p Place) Where() (name, file string, line int, ok bool) {
	s, ok := siteOf(p.resume)
	if !ok {
		return "", "", 0, false
	}
	switch n := int(p.pc) - 1; {
	case p.pc == PCDefers:
		line = last(s.lines)
	case n < 0:
		line = first(s.lines)
	case n < len(s.lines):
		line = int(s.lines[n])
	}
	return s.name, s.file, line, true
}

// NameOf returns the name of the function whose resume body has that code, "": none.
// Safe from any goroutine.
func NameOf(resume uintptr) string {
	s, _ := siteOf(resume)
	return s.name
}

// EachName calls f for all functions that have resume bodies. Safe from any goroutine.
func EachName(f func(resume uintptr, name string)) {
	names := map[uintptr]string{}
	siteTable.lock()
	for pc, s := range siteTable.byPC {
		names[pc] = s.name
	}
	siteTable.unlock()
	for pc, name := range names {
		f(pc, name)
	}
}

// Places keeps the chain of frames from f on, as much of it as Go would print, until the
// deferred calls of a function that panicked: then behind is that panic. Only from the
// hub's goroutine.
func Places(f *Frame) (ps []Place, behind *Panic) {
	ps = []Place{}
	for ; f != nil && len(ps) < 100; f = f.Parent {
		if p := PanicOf(f); p != nil {
			return ps, p
		}
		ps = append(ps, PlaceOf(f))
	}
	return ps, nil
}

// Code returns the resume body's code, 0 if it is not known.
func (p Place) Code() uintptr { return p.resume }

func last(lines []int32) int {
	if len(lines) == 0 {
		return 0
	}
	return int(lines[len(lines)-1])
}

func first(lines []int32) int {
	if len(lines) == 0 {
		return 0
	}
	return int(lines[0])
}
