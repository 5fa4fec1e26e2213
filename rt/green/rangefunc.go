package green

// Range watches over one range over a function: whether its iterator calls the
// loop's body only when it may. The functions on it are for emitted code; a
// misbehaving iterator may call them from any goroutine, as it may in plain Go.
type Range struct{ state, code int }

// States of a Range. While the body runs it is broken: a panic leaves it so.
const (
	rangeReady = iota
	rangeDone
	rangeBroken
	rangeExhausted
)

// NewRange begins a range over a function.
func NewRange() *Range { return &Range{} }

// RangeBegin begins a round. It panics if the iterator must not ask for one.
func RangeBegin(r *Range) {
	state := r.state
	r.state = rangeBroken
	if state != rangeReady {
		panic(rangeErrors[state])
	}
}

// RangeNext ends a round; the iterator may ask for the next one.
func RangeNext(r *Range) bool {
	r.state = rangeReady
	return true
}

// RangeBreak ends the loop.
func RangeBreak(r *Range) bool {
	r.state = rangeDone
	return false
}

// RangeLeave ends the loop by a jump to somewhere else, which code stands for.
func RangeLeave(r *Range, code int) bool {
	r.code = code
	return RangeBreak(r)
}

// RangeEnd is called when the iterator has returned. It gives the code of the
// jump to be made, 0 for none.
func RangeEnd(r *Range) int {
	if r.state == rangeBroken {
		panic(rangeSwallowed)
	}
	r.state = rangeExhausted
	return r.code
}

// rangeError has the texts of Go's runtime.
type rangeError string

func (e rangeError) Error() string { return "runtime error: range function " + string(e) }
func (e rangeError) RuntimeError() {}

var rangeErrors = [...]error{
	rangeDone:      rangeError("continued iteration after function for loop body returned false"),
	rangeBroken:    rangeError("continued iteration after loop body panic"),
	rangeExhausted: rangeError("continued iteration after whole loop exit"),
}

const rangeSwallowed = rangeError("recovered a loop body panic and did not resume panicking")
