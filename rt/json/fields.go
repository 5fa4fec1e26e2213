package json

import (
	"encoding/json"
	"io"

	"github.com/greengen/greengen/rt/internal/fields"
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
	e, d := &encoder, &decoder
	e.ok = fields.At[io.Writer, json.Encoder](&e.w, "w") && fields.At[error, json.Encoder](&e.err, "err")
	d.ok = fields.At[io.Reader, json.Decoder](&d.r, "r") && fields.At[error, json.Decoder](&d.err, "err") &&
		fields.At[[]byte, json.Decoder](&d.buf, "buf") && fields.At[int64, json.Decoder](&d.bytes, "scan", "bytes")
}
