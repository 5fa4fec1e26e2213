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

// Mirrors reports whether x is a pointer to a struct with the fields of T, at the same places.
func Mirrors[T any](x any) bool {
	p, want := reflect.TypeOf(x), reflect.TypeFor[T]()
	if p == nil || p.Kind() != reflect.Pointer || p.Elem().Kind() != reflect.Struct || p.Elem().NumField() != want.NumField() {
		return false
	}
	for i := range want.NumField() {
		f, g := p.Elem().Field(i), want.Field(i)
		if f.Name != g.Name || f.Type != g.Type || f.Offset != g.Offset {
			return false
		}
	}
	return true
}

// Data returns the pointer that x is.
func Data(x any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1] }
