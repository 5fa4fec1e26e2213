package gob

import (
	"encoding/gob"
	"io"
	"reflect"

	"github.com/greengen/greengen/rt"
	rtbufio "github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
)

var (
	readerAt, readerKnown  = field[io.Reader, gob.Decoder]("r")
	writersAt, writerKnown = field[[]io.Writer, gob.Encoder]("w")
)

// The maps of types, whose own types are not exported.
var (
	typesKnown = isMap[gob.Decoder]("wireType")
	sentKnown  = isMap[gob.Encoder]("sent")
)

func isMap[S any](name string) bool {
	f, ok := reflect.TypeFor[S]().FieldByName(name)
	return ok && f.Type.Kind() == reflect.Map
}

func mapOf[S any](s *S, name string) reflect.Value {
	f := reflect.ValueOf(s).Elem().FieldByName(name)
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

// restore leaves the keys in m that it had before.
func restore(m reflect.Value, before []reflect.Value) {
	had := map[any]bool{}
	for _, k := range before {
		had[k.Interface()] = true
	}
	for _, k := range m.MapKeys() {
		if !had[k.Interface()] {
			m.SetMapIndex(k, reflect.Value{})
		}
	}
}

func field[T, S any](name string) (at uintptr, ok bool) {
	ok = fields.At[T, S](&at, name)
	return at, ok
}

// NewDecoder_green is gob.NewDecoder for greenlets.
func NewDecoder_green(h *green.Hub, r io.Reader) *gob.Decoder {
	if h.Blocks() || !readerKnown || !typesKnown || green.PlainType(r) {
		return gob.NewDecoder(r)
	}
	if _, ok := r.(io.ByteReader); !ok { // as gob does
		r = rtbufio.NewReader_green(h, r)
	}
	s := &source{r: r}
	d := gob.NewDecoder(s)
	s.types = mapOf(d, "wireType")
	return d
}

// NewEncoder_green is gob.NewEncoder for greenlets.
func NewEncoder_green(h *green.Hub, w io.Writer) *gob.Encoder {
	if h.Blocks() || !writerKnown || !sentKnown || rt.PlainWriter(w) {
		return gob.NewEncoder(w)
	}
	s := &sink{w: w, sending: rt.NewSemaphore(1)}
	e := gob.NewEncoder(s)
	s.sent = mapOf(e, "sent")
	return e
}

// sourceOf returns that of d, nil if it has none.
func sourceOf(d *gob.Decoder) *source {
	if !readerKnown {
		return nil
	}
	s, _ := (*fields.Of[io.Reader](d, readerAt)).(*source)
	return s
}

// plainDecoder says whether d never waits.
func plainDecoder(d *gob.Decoder) bool {
	return readerKnown && green.PlainType(*fields.Of[io.Reader](d, readerAt))
}

func sinkOf(e *gob.Encoder) *sink {
	if !writerKnown {
		return nil
	}
	s, _ := (*fields.Of[[]io.Writer](e, writersAt))[0].(*sink)
	return s
}

func plainEncoder(e *gob.Encoder) bool {
	return writerKnown && rt.PlainWriter((*fields.Of[[]io.Writer](e, writersAt))[0])
}
