// Package greentest writes green functions by hand, for tests: a function is a
// list of steps, each one call of a twin or plain code.
package greentest

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

// Step is one call of a twin without results; plain code returns nil.
type Step func(h *green.Hub) *green.Frame

// env is the environment of a literal, as emitted code makes it.
type env struct {
	green.Env
	steps []Step
}

type frame struct {
	green.FuncFrame
	rest []Step
}

var frames green.Pool[frame]

// Run is the fast body of a function that makes the steps.
func Run(h *green.Hub, steps ...Step) *green.Frame {
	for i, s := range steps {
		if c := s(h); c != nil {
			f := frames.Get(h)
			f.Resume, f.PC, f.rest = resume, uint32(i+1), steps[i+1:]
			c.Parent = &f.Frame
			return &f.Frame
		}
	}
	return nil
}

func resume(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*frame)(unsafe.Pointer(hd))
	for len(f.rest) > 0 {
		s := f.rest[0]
		f.rest = f.rest[1:]
		f.PC++
		if c := s(h); c != nil {
			c.Parent = hd
			return green.Parked
		}
	}
	return frames.Put(h, f)
}

func init() {
	// Step n of a function is on line 10+n-1 of script.go.
	lines := make([]int32, 100)
	for i := range lines {
		lines[i] = int32(10 + i)
	}
	green.Describe(resume, "test.script", "script.go", lines...)
}

func twin(h *green.Hub, p unsafe.Pointer) *green.Frame { return Run(h, (*env)(p).steps...) }

// Task makes a func() whose twin makes the steps.
func Task(steps ...Step) func() {
	e := &env{steps: steps}
	e.Twin = green.Func(twin)
	fn := func() { Run(nil, e.steps...) }
	green.Bind(green.Func(fn), unsafe.Pointer(e))
	return fn
}

type envInt struct {
	green.Env
	make func(i int) []Step
}

func twinInt(h *green.Hub, p unsafe.Pointer, i int) *green.Frame {
	return Run(h, (*envInt)(p).make(i)...)
}

// TaskInt is Task for a func(int), which makes the steps that make returns.
func TaskInt(make func(i int) []Step) func(int) {
	e := &envInt{make: make}
	e.Twin = green.Func(twinInt)
	fn := func(i int) { Run(nil, e.make(i)...) }
	green.Bind(green.Func(fn), unsafe.Pointer(e))
	return fn
}

// Do is a step of plain code.
func Do(f func()) Step {
	return func(*green.Hub) *green.Frame {
		f()
		return nil
	}
}

// On is a step of plain code that needs the hub.
func On(f func(h *green.Hub)) Step {
	return func(h *green.Hub) *green.Frame {
		f(h)
		return nil
	}
}

// Call2 makes a step of a twin with two results, which then gets them.
func Call2[A, B any](call func(h *green.Hub) (A, B, *green.Frame), then func(A, B)) Step {
	return func(h *green.Hub) *green.Frame {
		a, b, c := call(h)
		if c == nil {
			then(a, b)
			return nil
		}
		return after(h, c, func(h *green.Hub) {
			r := green.SlotOf[struct {
				R0 A
				R1 B
			}](h)
			then(r.R0, r.R1)
		})
	}
}

// Call1 is Call2 for one result.
func Call1[A any](call func(h *green.Hub) (A, *green.Frame), then func(A)) Step {
	return func(h *green.Hub) *green.Frame {
		a, c := call(h)
		if c == nil {
			then(a)
			return nil
		}
		return after(h, c, func(h *green.Hub) { then(green.SlotOf[struct{ R0 A }](h).R0) })
	}
}

// Call3 is Call2 for three results.
func Call3[A, B, C any](call func(h *green.Hub) (A, B, C, *green.Frame), then func(A, B, C)) Step {
	return func(h *green.Hub) *green.Frame {
		a, b, c, f := call(h)
		if f == nil {
			then(a, b, c)
			return nil
		}
		return after(h, f, func(h *green.Hub) {
			r := green.SlotOf[struct {
				R0 A
				R1 B
				R2 C
			}](h)
			then(r.R0, r.R1, r.R2)
		})
	}
}

// after runs f, plain code, once c completed.
func after(h *green.Hub, c *green.Frame, f func(h *green.Hub)) *green.Frame {
	fr := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		f(h)
		return hd.Parent
	})
	c.Parent = fr
	return fr
}

// Loop makes the steps until it is over.
func Loop(over func() bool, body ...Step) Step {
	return func(h *green.Hub) *green.Frame {
		for !over() {
			if c := Run(h, body...); c != nil {
				f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
					for !over() {
						if c := Run(h, body...); c != nil {
							c.Parent = hd
							return green.Parked
						}
					}
					return hd.Parent
				})
				c.Parent = f
				return f
			}
		}
		return nil
	}
}
