package rt

import (
	"reflect"

	"github.com/greengen/greengen/rt/green"
)

func init() {
	green.LargeMaps = func(m any) green.MapRange { return (*largeMap)(reflect.ValueOf(m).MapRange()) }
}

type largeMap reflect.MapIter

// Next implements green.MapRange.
func (m *largeMap) Next(key, value any) bool {
	it := (*reflect.MapIter)(m)
	if !it.Next() {
		return false
	}
	reflect.ValueOf(key).Elem().SetIterKey(it)
	reflect.ValueOf(value).Elem().SetIterValue(it)
	return true
}
