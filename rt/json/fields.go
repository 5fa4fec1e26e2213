package json

import (
	"encoding/json"
	"io"
	"reflect"
	"unsafe"
)

// encoder and decoder are where fields are, ok: there are all.
var (
	encoder struct {
		w, err uintptr
		ok     bool
	}
	decoder struct {
		r, err, buf, bytes uintptr
		ok                 bool
	}
)

func init() {
	e := reflect.TypeFor[json.Encoder]()
	encoder.ok = at[io.Writer](e, &encoder.w, "w") && at[error](e, &encoder.err, "err")
	d := reflect.TypeFor[json.Decoder]()
	decoder.ok = at[io.Reader](d, &decoder.r, "r") && at[error](d, &decoder.err, "err") &&
		at[[]byte](d, &decoder.buf, "buf") && at[int64](d, &decoder.bytes, "scan", "bytes")
}

// at finds the field of a field that path names, if its type is T.
func at[T any](t reflect.Type, to *uintptr, path ...string) bool {
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

func field[T, S any](of *S, offset uintptr) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(of), offset))
}
