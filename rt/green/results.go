package green

// The places for results, by their number: emitted code has no struct to name. Each
// is the Slot of struct{ R0 A; R1 B; ... }.
type (
	// Slot1 is for one result.
	Slot1[A any] struct{ s Slot[struct{ R0 A }] }
	// Slot2 is for two.
	Slot2[A, B any] struct {
		s Slot[struct {
			R0 A
			R1 B
		}]
	}
	// Slot3 is for three.
	Slot3[A, B, C any] struct {
		s Slot[struct {
			R0 A
			R1 B
			R2 C
		}]
	}
)

// SlotFor1 is SlotFor of one result.
func SlotFor1[A any]() Slot1[A] { return Slot1[A]{SlotFor[struct{ R0 A }]()} }

// SlotFor2 is SlotFor of two results.
func SlotFor2[A, B any]() Slot2[A, B] {
	return Slot2[A, B]{SlotFor[struct {
		R0 A
		R1 B
	}]()}
}

// SlotFor3 is SlotFor of three results.
func SlotFor3[A, B, C any]() Slot3[A, B, C] {
	return Slot3[A, B, C]{SlotFor[struct {
		R0 A
		R1 B
		R2 C
	}]()}
}

// Take is Slot.Take.
func (s Slot1[A]) Take(h *Hub) A {
	p := s.s.Of(h)
	a := p.R0
	*p = struct{ R0 A }{}
	return a
}

// Take is Slot.Take.
func (s Slot2[A, B]) Take(h *Hub) (A, B) {
	v := s.s.Take(h)
	return v.R0, v.R1
}

// Take is Slot.Take.
func (s Slot3[A, B, C]) Take(h *Hub) (A, B, C) {
	v := s.s.Take(h)
	return v.R0, v.R1, v.R2
}

// Give stores the result for the parent. It comes last in a resume body, before the
// frame is put back: what the values are computed from may panic.
func (s Slot1[A]) Give(h *Hub, a A) { s.s.Of(h).R0 = a }

// Give is Slot1.Give.
func (s Slot2[A, B]) Give(h *Hub, a A, b B) {
	p := s.s.Of(h)
	p.R0, p.R1 = a, b
}

// Give is Slot1.Give.
func (s Slot3[A, B, C]) Give(h *Hub, a A, b B, c C) {
	p := s.s.Of(h)
	p.R0, p.R1, p.R2 = a, b, c
}

// Offload0 is Offload for a function without results. In blocking mode it calls it.
func Offload0(h *Hub, why string, f func()) *Frame {
	if h.Blocks() {
		f()
		return nil
	}
	return Offload(h, why, func() (none struct{}) {
		f()
		return none
	})
}

// Offload1 is Offload for a function with one result. In blocking mode it calls it.
func Offload1[A any](h *Hub, why string, f func() A) (a A, c *Frame) {
	if h.Blocks() {
		return f(), nil
	}
	return a, Offload(h, why, func() (r struct{ R0 A }) {
		r.R0 = f()
		return r
	})
}

// Offload2 is Offload for a function with two results. In blocking mode it calls it.
func Offload2[A, B any](h *Hub, why string, f func() (A, B)) (a A, b B, c *Frame) {
	if h.Blocks() {
		a, b = f()
		return a, b, nil
	}
	return a, b, Offload(h, why, func() (r struct {
		R0 A
		R1 B
	}) {
		r.R0, r.R1 = f()
		return r
	})
}

// Offload3 is Offload for a function with three results. In blocking mode it calls it.
func Offload3[A, B, C any](h *Hub, why string, f func() (A, B, C)) (a A, b B, c C, fr *Frame) {
	if h.Blocks() {
		a, b, c = f()
		return a, b, c, nil
	}
	return a, b, c, Offload(h, why, func() (r struct {
		R0 A
		R1 B
		R2 C
	}) {
		r.R0, r.R1, r.R2 = f()
		return r
	})
}
