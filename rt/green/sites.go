package green

// site is what a report needs to know of one function that has frames.
type site struct {
	name, file string
	lines      []int32
}

var siteTable struct {
	spin
	byPC map[uintptr]site
}

// Place is a suspended activation as a report keeps it: the frame itself may be
// reused by the time that the report is printed.
type Place struct {
	resume uintptr
	pc     uint32
}

// Describe says which function a resume body belongs to, and the line of each
// of its resume blocks. Safe from any goroutine; emitted code calls it from init.
func Describe(resume func(*Hub, *Frame) *Frame, name, file string, lines ...int32) {
	siteTable.lock()
	defer siteTable.unlock()
	if siteTable.byPC == nil {
		siteTable.byPC = map[uintptr]site{}
	}
	siteTable.byPC[*(*uintptr)(Func(resume))] = site{name, file, lines}
}

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
	siteTable.lock()
	s, ok := siteTable.byPC[p.resume]
	siteTable.unlock()
	if !ok {
		return "", "", 0, false
	}
	switch n := int(p.pc) - 1; {
	case p.pc == PCDefers, n < 0:
		line = first(s.lines)
	case n < len(s.lines):
		line = int(s.lines[n])
	}
	return s.name, s.file, line, true
}

func first(lines []int32) int {
	if len(lines) == 0 {
		return 0
	}
	return int(lines[0])
}
