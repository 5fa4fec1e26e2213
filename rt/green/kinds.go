package green

import "unsafe"

// A frame has a number in the place of a func value: that is a word less, and nothing is
// written to a frame which is used again. The number of a kind is that of its Pool.

// resumes has the func values that continue the frames of each kind, as words: 512 KiB that
// the collector need not look at, of which those pages are there that are used. It is
// written before the first frame of the kind is made.
var resumes [odd + 1]uintptr

// odd is the kind of all frames whose number does not fit.
const odd = 1<<16 - 1

var kinds struct {
	spin
	alive []func(h *Hub, f *Frame) *Frame          // keeps what resumes has
	odd   map[*Frame]func(h *Hub, f *Frame) *Frame // those of kind odd
}

// setKind says what continues frames of the kind id.
func setKind(id uint32, resume func(h *Hub, f *Frame) *Frame) {
	kinds.lock()
	defer kinds.unlock()
	if id < odd && resumes[id] == 0 {
		kinds.alive = append(kinds.alive, resume)
		resumes[id] = uintptr(Func(resume))
	}
}

// be makes f one of the kind id.
func (f *Frame) be(id uint32, resume func(h *Hub, f *Frame) *Frame) {
	if id < odd {
		f.kind = uint16(id)
		return
	}
	f.kind = odd
	kinds.lock()
	defer kinds.unlock()
	if kinds.odd == nil {
		kinds.odd = map[*Frame]func(h *Hub, f *Frame) *Frame{}
		how := func(h *Hub, f *Frame) *Frame { return oddOne(f)(h, f) }
		kinds.alive = append(kinds.alive, how)
		resumes[odd] = uintptr(Func(how))
	}
	kinds.odd[f] = resume
}

func oddOne(f *Frame) func(h *Hub, f *Frame) *Frame {
	kinds.lock()
	defer kinds.unlock()
	return kinds.odd[f]
}

// How returns what continues f.
func (f *Frame) How() func(h *Hub, f *Frame) *Frame {
	if f.kind != 0 {
		return *(*func(h *Hub, f *Frame) *Frame)(unsafe.Pointer(&resumes[f.kind]))
	}
	return (*FuncFrame)(unsafe.Pointer(f)).Resume
}
