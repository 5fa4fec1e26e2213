// Package fields reaches fields of std's structs that are not exported, where they are what
// they were when this was written.
package fields

import (
	"reflect"
	"unsafe"
)

// At finds the field of S that path names, if its type is T.
func At[T, S any](to *uintptr, path ...string) bool {
	t := reflect.TypeFor[S]()
	*to = 0
	for _, name := range path {
		if t.Kind() != reflect.Struct {
			return false
		}
		f, ok := t.FieldByName(name)
		if !ok || len(f.Index) != 1 {
			return false
		}
		*to += f.Offset
		t = f.Type
	}
	return t == reflect.TypeFor[T]()
}

// Of returns the field that At found.
func Of[T, S any](s *S, offset uintptr) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(s), offset))
}
