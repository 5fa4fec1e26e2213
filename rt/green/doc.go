// Package green is the contract between emitted code and a hub.
//
// A green twin is the resumable form of a plain function. For
//
//	func sum(r *Reader) (int, error)
//
// greengen emits two bodies:
//
//	func sum_green(h *green.Hub, r *Reader) (_r0 int, _r1 error, _c *green.Frame) // fast body
//	func sum_resume(h *green.Hub, hd *green.Frame) *green.Frame                   // resume body
//
// The fast body is the original structured code. After each call of another
// twin it looks at the last result: nil says the call completed; anything else
// is the frame of the callee, which suspended. The fast body then takes a frame
// of its own, stores the variables that are live across this point and the
// index of the resume block (PC), links itself as the callee's Parent, and
// returns its own header. So a chain of frames is built leaf first, on the way
// out, and only for what suspends.
//
// A frame begins with 16 bytes: its parent, the PC, flags, and the number of its kind,
// from which the hub finds the resume body in a table. Frames of primitives have no
// kind, but the func value in a third word: FuncFrame.
//
// # Results of a resumed function
//
// The hub resumes the leaf frame. When that completes it stores its results in
// the hub's slot for its result signature (Slot) and returns its Parent, which
// the hub resumes next: a loop, not a recursion. The parent reads the slot at
// once, before anything else can run on this hub.
//
// # A primitive that parks
//
// A primitive without results needs no frame: it returns h.ParkLink(), and the
// caller links itself into that. A primitive with state returns a frame of its
// own and sets it as leaf with h.ParkAt.
//
// # Panics and deferred calls
//
// A function that defers keeps its deferred calls in a Defers, and has one
// guard: a real defer which hands what it recovered to Defers.Exit. So a panic
// becomes data for as long as a function's deferred calls run, which may
// therefore suspend; if none recovers, Exit panics with the same value again. A
// parent that exists only as a frame gets the panic from the hub: it resumes
// the nearest frame with FlagDefers set and Pending non-nil, and that resume
// body raises it below its own guard.
//
// recover() works only in the function that was deferred. A twin that contains
// recover takes the token (TakeTok) first thing, and calls Recover with it.
//
// # Func values
//
// A func value keeps its type. Register maps the code pointer of a function to
// its twin; a literal made in green code is bound to one pointer, its
// environment, which begins with an Env that names the twin. The environment
// is found in the closure behind the code pointer. Bind checks that for each
// literal with a probe: were the layout ever to change, Lookup would find
// nothing, and the func value would be called as an unknown one, offloaded.
//
// # Literals in package-level initialisers
//
// Plain code makes them, and sources are not edited, so nobody registers their
// func values. They capture nothing: Literal notes the lines that one stands on,
// and Lookup, when it meets unknown code, asks the runtime for the name and line
// that this code has, once. Initialisers themselves, and their order, stay as they
// are.
//
// # Blocking mode
//
// Twins called with a nil hub, or one made by Blocking, block as plain code
// does and never return a frame.
//
// # Who may call
//
// All methods of Hub are for the hub's own goroutine, from emitted code and rt.
// Register, Bind and Lookup are safe from any goroutine.
package green
