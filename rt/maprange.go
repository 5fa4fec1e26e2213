package rt

import (
	"reflect"
	"sync"

	"github.com/greengen/greengen/rt/green"
)

func init() { green.MapRangeOf = mapRangeOf }

func mapRangeOf(m any, small bool) green.MapRange {
	if small && !mayDiffer(reflect.TypeOf(m).Key()) {
		return nil
	}
	return (*mapRange)(reflect.ValueOf(m).MapRange())
}

// differing has what mayDiffer found out of structs and arrays.
var differing sync.Map // of reflect.Type to bool

// mayDiffer reports whether values of t may be equal and not alike, as 0 and -0 are, of which
// a map keeps the one that came last; or unequal to themselves.
func mayDiffer(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Interface:
		return true
	case reflect.Struct, reflect.Array:
		if known, ok := differing.Load(t); ok {
			return known.(bool)
		}
		may := partMayDiffer(t)
		differing.Store(t, may)
		return may
	}
	return false
}

func partMayDiffer(t reflect.Type) bool {
	if t.Kind() == reflect.Array {
		return mayDiffer(t.Elem())
	}
	for i := range t.NumField() {
		if mayDiffer(t.Field(i).Type) {
			return true
		}
	}
	return false
}

type mapRange reflect.MapIter

// Next implements green.MapRange.
func (m *mapRange) Next(key, value any) bool {
	it := (*reflect.MapIter)(m)
	if !it.Next() {
		return false
	}
	reflect.ValueOf(key).Elem().SetIterKey(it)
	reflect.ValueOf(value).Elem().SetIterValue(it)
	return true
}
