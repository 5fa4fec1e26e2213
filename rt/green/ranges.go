package green

// MapIter ranges over a map as a for statement does: an entry that is deleted
// before its turn is not seen; one that is added may be missed.
type MapIter[K comparable, V any] struct {
	Key   K
	Value V
	m     map[K]V
	keys  []K
	odd   map[int]V // values of keys unequal to themselves, by index
	i     int
	large MapRange
}

// largeMap is from how many entries on a map is ranged over by reflection, which costs more
// for an entry, but does not copy all keys first: a loop may end soon.
const largeMap = 64

// MapRange is an iterator of reflect's. Next stores the next entry where key and value point
// to; false at the end.
type MapRange interface {
	Next(key, value any) bool
}

// LargeMaps makes a MapRange. This package imports nothing, so rt sets it.
var LargeMaps func(m any) MapRange

// RangeMap begins to range over m.
func RangeMap[M ~map[K]V, K comparable, V any](m M) *MapIter[K, V] {
	if len(m) >= largeMap && LargeMaps != nil {
		return &MapIter[K, V]{large: LargeMaps(m)}
	}
	it := &MapIter[K, V]{m: m, keys: make([]K, 0, len(m))}
	for k, v := range m {
		if k != k {
			if it.odd == nil {
				it.odd = map[int]V{}
			}
			it.odd[len(it.keys)] = v
		}
		it.keys = append(it.keys, k)
	}
	return it
}

// Next moves to the next entry; false at the end.
func (it *MapIter[K, V]) Next() bool {
	if it.large != nil {
		return it.large.Next(&it.Key, &it.Value)
	}
	for it.i < len(it.keys) {
		i := it.i
		it.i++
		it.Key = it.keys[i]
		v, ok := it.m[it.Key]
		if !ok && len(it.m) > 0 {
			v, ok = it.odd[i]
		}
		if ok {
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
