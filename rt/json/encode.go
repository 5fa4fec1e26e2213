package json

import (
	"encoding/json"
	"io"
	"sync"

	"github.com/greengen/greengen/rt/internal/fields"
	"github.com/greengen/greengen/rt/internal/worker"
)

// Encoder_Encode is (*json.Encoder).Encode.
//
//greengen:patch
func Encoder_Encode(e *json.Encoder, v any) error {
	if !encoder.ok {
		return worker.Do(func() error { return e.Encode(v) })
	}
	k, err := encoded(e, v)
	if k == nil {
		return err
	}
	_, err = (*fields.Of[io.Writer](e, encoder.w)).Write(k.p)
	keeps.Put(k)
	if err != nil {
		*fields.Of[error](e, encoder.err) = err
	}
	return err
}

// keep is a Writer that keeps what is written.
type keep struct{ p []byte }

func (k *keep) Write(p []byte) (int, error) {
	k.p = append(k.p, p...)
	return len(p), nil
}

var keeps = sync.Pool{New: func() any { return new(keep) }}

// encoded returns what is to be written, nil: nothing.
//
//greengen:skip
func encoded(e *json.Encoder, v any) (*keep, error) {
	w := fields.Of[io.Writer](e, encoder.w)
	before := *w
	k := keeps.Get().(*keep)
	k.p = k.p[:0]
	*w = k
	defer func() { *w = before }()
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return k, nil
}
