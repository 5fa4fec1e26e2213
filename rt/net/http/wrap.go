package http

import (
	"io"
	"log"
	"net/http"
	"time"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/fields"
	gio "github.com/greengen/greengen/rt/io"
)

// What follows stands in for functions of net/http that make handlers of handlers.

// StripPrefix_green is http.StripPrefix for greenlets.
func StripPrefix_green(_ *green.Hub, prefix string, next http.Handler) http.Handler {
	if prefix == "" {
		return next
	}
	return &through{http.StripPrefix(prefix, passes{}), next}
}

// AllowQuerySemicolons_green is http.AllowQuerySemicolons for greenlets.
func AllowQuerySemicolons_green(_ *green.Hub, next http.Handler) http.Handler {
	return &through{http.AllowQuerySemicolons(passes{}), next}
}

// MaxBytesHandler_green is http.MaxBytesHandler for greenlets.
func MaxBytesHandler_green(_ *green.Hub, next http.Handler, n int64) http.Handler {
	return &limitedHandler{next, n}
}

// MaxBytesReader_green is http.MaxBytesReader for greenlets.
func MaxBytesReader_green(_ *green.Hub, w http.ResponseWriter, body io.ReadCloser, n int64) io.ReadCloser {
	return limit(w, body, n)
}

// TimeoutHandler_green is http.TimeoutHandler for greenlets.
func TimeoutHandler_green(_ *green.Hub, next http.Handler, limit time.Duration, text string) http.Handler {
	if text == "" {
		text = "<html><head><title>Timeout</title></head><body><h1>Timeout</h1></body></html>"
	}
	return &timed{next, limit, text}
}

// writerAt is where a ResponseController has its ResponseWriter.
var writerAt, writerKnown = func() (at uintptr, ok bool) {
	ok = fields.At[http.ResponseWriter, http.ResponseController](&at, "rw")
	return at, ok
}()

func writerOf(c *http.ResponseController) http.ResponseWriter {
	return *fields.Of[http.ResponseWriter](c, writerAt)
}

// logfOf logs where the server of r does.
func logfOf(r *http.Request, format string, args ...any) {
	if s, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && s.ErrorLog != nil {
		s.ErrorLog.Printf(format, args...)
	} else {
		log.Printf(format, args...)
	}
}

// What never blocks need not ask a worker.
func init() {
	green.DeclarePlain((*kept)(nil))
	gio.Extend(http.NoBody, &gio.Methods{
		Read:  func(*green.Hub, any, []byte) (int, error, *green.Frame) { return 0, io.EOF, nil },
		Close: func(*green.Hub, any) (error, *green.Frame) { return nil, nil },
	})
}
