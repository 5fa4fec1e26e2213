package io

import (
	"reflect"
	"sync"
)

// promotions has for a struct type without a name, and a method, which field's it is.
var promotions sync.Map // of promotion to int, -1: none that we could call

type promotion struct {
	typ    reflect.Type
	method string
}

// promoted returns the embedded interface or pointer that x's method is from, if x is a struct
// of a type without a name: as struct{ io.Reader; io.Closer }, which can have no other methods.
func promoted(x any, method string) any {
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type().Name() != "" {
		return nil
	}
	key := promotion{v.Type(), method}
	i, ok := promotions.Load(key)
	if !ok {
		i, _ = promotions.LoadOrStore(key, promoter(key.typ, method))
	}
	if i.(int) < 0 {
		return nil
	}
	return v.Field(i.(int)).Interface()
}

// promoter returns the index of the only embedded field of t that has the method.
func promoter(t reflect.Type, method string) int {
	found := -1
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous {
			continue
		}
		if _, ok := f.Type.MethodByName(method); !ok {
			continue
		}
		if k := f.Type.Kind(); k != reflect.Interface && k != reflect.Pointer || !f.IsExported() || found >= 0 {
			return -1
		}
		found = i
	}
	return found
}
