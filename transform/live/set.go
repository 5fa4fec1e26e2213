package live

import (
	"iter"
	"math/bits"
)

// set is variables by their number, a bit each.
type set []uint64

func (s set) has(n int) bool { return n/64 < len(s) && s[n/64]>>(n%64)&1 != 0 }

func (s *set) add(n int) {
	s.grow(n/64 + 1)
	(*s)[n/64] |= 1 << (n % 64)
}

func (s set) remove(n int) {
	if n/64 < len(s) {
		s[n/64] &^= 1 << (n % 64)
	}
}

func (s *set) grow(words int) {
	if len(*s) < words {
		*s = append(*s, make(set, words-len(*s))...)
	}
}

// join adds t to s, and reports whether that changed s.
func (s *set) join(t set) (changed bool) {
	s.grow(len(t))
	for i, w := range t {
		changed = changed || w&^(*s)[i] != 0
		(*s)[i] |= w
	}
	return changed
}

// subtract takes t out of s.
func (s set) subtract(t set) {
	for i := range min(len(s), len(t)) {
		s[i] &^= t[i]
	}
}

// keep takes out of s what t has not, and reports whether that changed s.
func (s set) keep(t set) (changed bool) {
	for i, w := range s {
		if i < len(t) {
			s[i] &= t[i]
		} else {
			s[i] = 0
		}
		changed = changed || s[i] != w
	}
	return changed
}

func (s set) clone() set { return append(set(nil), s...) }

// all are the numbers in s, ascending.
func (s set) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
