// Package color decides which functions get twins, and how green code makes
// each of its calls.
//
// Marks are roots. What they reach is green if it can reach a suspension point:
//
//	//greengen:patch
//	func serve(c net.Conn) { greet(c); log.Print(banner()) }
//	func greet(c net.Conn) { c.Write(hello) }   // green: Write may block
//	func banner() string   { return version }   // plain
//
// # Dynamic calls
//
// A call through an interface goes to any method of this unit with the same
// name and signature; a call of a func value to any function or literal of this
// unit with the same signature whose value is taken. If one of them is green,
// all of them get twins, so that the call finds one; what has none at run time
// is offloaded. A method of an interface also goes to the types outside the unit
// that have it: outsiders.go. This overestimates, but it is closed: nothing blocks
// unseen. A
// func value that is handed a function which may block may block itself: an
// iterator of std, say.
//
// A promoted twin must not win over a method that hides the plain one: promote.go
// adds the methods that prevent it, and those that pass calls on to an embedded
// interface. methodvalues.go follows x.M and T.M used as values.
//
// # Types declared in functions
//
// In a woven build hoist.go gives them a place at package level, if it finds one,
// since the plain and the green form of a function must share them.
//
// # Foreign functions
//
// A function outside the unit has a twin if its package declares one (F and
// F_green) or patched.txt names one. Else plain.go and foreign.go say whether it may
// block: what is not known to be plain may. Of std whole packages are declared plain,
// but for what blocking.txt lists, which internal/stdcalls makes of std's own code. A
// plain one that is handed something which may block (a callback, a stream, a file
// system) may block too: arguments decide at each call, of streams in interfaces what
// they turn out to be (ir.Target.Streams).
//
// A function of the unit without a body is foreign as well, for another package may push
// any code into it by go:linkname. It is plain if it is assembly that calls nothing:
// load/leaves.go.
//
// A rule of a greengen.rules comes before all of that: rule.go. It decides for calls by
// name, for the methods of interfaces that it names, and, by the mark that load gives
// them, for functions of the unit.
//
// # What has no twin
//
// supported.go lists what the later passes do not take. A function that uses it
// is offloaded as a whole: called on another goroutine, as plain code.
package color
