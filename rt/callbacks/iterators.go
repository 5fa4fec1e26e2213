package callbacks

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Map_Range is (*sync.Map).Range. It takes note of the keys first: the map may
// change while f is parked, as it may while others use it.
//
//greengen:patch
func Map_Range(m *sync.Map, f func(key, value any) bool) {
	var keys []any
	m.Range(func(key, _ any) bool {
		keys = append(keys, key)
		return true
	})
	for _, key := range keys {
		if value, ok := m.Load(key); ok && !f(key, value) {
			return
		}
	}
}

// Slices_All is slices.All.
//
//greengen:patch
func Slices_All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, v := range s {
			if !yield(i, v) {
				return
			}
		}
	}
}

// Slices_Backward is slices.Backward.
//
//greengen:patch
func Slices_Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s) - 1; i >= 0; i-- {
			if !yield(i, s[i]) {
				return
			}
		}
	}
}

// Slices_Values is slices.Values.
//
//greengen:patch
func Slices_Values[Slice ~[]E, E any](s Slice) iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, v := range s {
			if !yield(v) {
				return
			}
		}
	}
}

// Slices_Chunk is slices.Chunk.
//
//greengen:patch
func Slices_Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice] {
	if n < 1 {
		panic("cannot be less than 1")
	}
	return func(yield func(Slice) bool) {
		for i := 0; i < len(s); i += n {
			// A part must not be appended to what follows it.
			end := min(n, len(s[i:]))
			if !yield(s[i : i+end : i+end]) {
				return
			}
		}
	}
}

// Slices_AppendSeq is slices.AppendSeq.
//
//greengen:patch
func Slices_AppendSeq[Slice ~[]E, E any](s Slice, seq iter.Seq[E]) Slice {
	for v := range seq {
		s = append(s, v)
	}
	return s
}

// Slices_Collect is slices.Collect.
//
//greengen:patch
func Slices_Collect[E any](seq iter.Seq[E]) []E { return Slices_AppendSeq([]E(nil), seq) }

// Slices_Sorted is slices.Sorted.
//
//greengen:patch
func Slices_Sorted[E cmp.Ordered](seq iter.Seq[E]) []E {
	s := Slices_Collect(seq)
	slices.Sort(s)
	return s
}

// Maps_All is maps.All.
//
//greengen:patch
func Maps_All[Map ~map[K]V, K comparable, V any](m Map) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, v := range m {
			if !yield(k, v) {
				return
			}
		}
	}
}

// Maps_Keys is maps.Keys.
//
//greengen:patch
func Maps_Keys[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Maps_Values is maps.Values.
//
//greengen:patch
func Maps_Values[Map ~map[K]V, K comparable, V any](m Map) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// Maps_Insert is maps.Insert.
//
//greengen:patch
func Maps_Insert[Map ~map[K]V, K comparable, V any](m Map, seq iter.Seq2[K, V]) {
	for k, v := range seq {
		m[k] = v
	}
}

// Maps_Collect is maps.Collect.
//
//greengen:patch
func Maps_Collect[K comparable, V any](seq iter.Seq2[K, V]) map[K]V {
	m := map[K]V{}
	Maps_Insert(m, seq)
	return m
}

// each yields what it is given.
//
//greengen:patch
func each(parts []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range parts {
			if !yield(s) {
				return
			}
		}
	}
}

// Strings_Lines is strings.Lines.
//
//greengen:patch
func Strings_Lines(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := s; rest != ""; {
			line := rest
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				line = rest[:i+1]
			}
			rest = rest[len(line):]
			if !yield(line) {
				return
			}
		}
	}
}

// Strings_SplitSeq is strings.SplitSeq.
//
//greengen:patch
func Strings_SplitSeq(s, sep string) iter.Seq[string] { return each(strings.Split(s, sep)) }

// Strings_SplitAfterSeq is strings.SplitAfterSeq.
//
//greengen:patch
func Strings_SplitAfterSeq(s, sep string) iter.Seq[string] { return each(strings.SplitAfter(s, sep)) }

// Strings_FieldsSeq is strings.FieldsSeq.
//
//greengen:patch
func Strings_FieldsSeq(s string) iter.Seq[string] { return each(strings.Fields(s)) }
