package green

// MapIter ranges over a map as a for statement does: an entry that is deleted
// before its turn is not seen; one that is added may be missed.
type MapIter[K comparable, V any] struct {
	Key   K
	Value V
	m     map[K]V
	keys  []K
	i     int
	exact MapRange // instead
}

// largeMap is from how many entries on a map is ranged over by reflection, which costs more
// for an entry, but does not copy all keys first: a loop may end soon.
const largeMap = 64

// MapRange is an iterator of reflect's. Next stores the next entry where key and value point
// to; false at the end.
type MapRange interface {
	Next(key, value any) bool
}

// MapRangeOf makes a MapRange of a map. It may return nil if that is small, and no key can
// be unlike one that is equal to it, or unequal to itself. This package imports nothing, so
// rt sets it.
var MapRangeOf func(m any, small bool) MapRange

// RangeMap begins to range over m.
func RangeMap[M ~map[K]V, K comparable, V any](m M) *MapIter[K, V] {
	it := &MapIter[K, V]{m: m}
	if len(m) == 0 {
		return it
	}
	if MapRangeOf != nil {
		if it.exact = MapRangeOf(m, len(m) < largeMap); it.exact != nil {
			return it
		}
	}
	it.keys = make([]K, 0, len(m))
	for k := range m {
		it.keys = append(it.keys, k)
	}
	return it
}

// Next moves to the next entry; false at the end.
func (it *MapIter[K, V]) Next() bool {
	if it.exact != nil {
		return it.exact.Next(&it.Key, &it.Value)
	}
	for it.i < len(it.keys) {
		it.Key = it.keys[it.i]
		it.i++
		if v, ok := it.m[it.Key]; ok {
			it.Value = v
			return true
		}
	}
	return false
}

// NextRune decodes the rune of s at i, and gives where the next one begins.
func NextRune[S ~string](s S, i int) (r rune, next int) {
	next = len(s)
	first := true
	for j, c := range s[i:] {
		if !first {
			return r, i + j
		}
		r, first = c, false
	}
	return r, next
}

// Len is len of a slice, where the name len may mean something else.
func Len[S ~[]E, E any](s S) int { return len(s) }

// LenString is len of a string, where the name len may mean something else.
func LenString[S ~string](s S) int { return len(s) }

// Rebox copies what is in a box into a new one, for a loop variable's next round.
func Rebox[T any](p *T) *T {
	q := new(T)
	*q = *p
	return q
}
