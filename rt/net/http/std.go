package http

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
)

// What follows stands in for functions of net/http, see docs/patched.md.

// ServeHTTP is h.ServeHTTP(w, r). The handlers of std that only hand on are seen through:
// they would call the next one as plain code.
//
//greengen:patch
func ServeHTTP(h http.Handler, w http.ResponseWriter, r *http.Request) {
	for {
		switch x := h.(type) {
		case *http.ServeMux:
			if r.RequestURI == "*" {
				if r.ProtoAtLeast(1, 1) {
					w.Header().Set("Connection", "close")
				}
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			h = route(x, r)
			continue
		case http.HandlerFunc:
			x(w, r)
			return
		}
		h.ServeHTTP(w, r)
		return
	}
}

// ServeMux_ServeHTTP is (*http.ServeMux).ServeHTTP.
//
//greengen:patch
func ServeMux_ServeHTTP(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	ServeHTTP(mux, w, r)
}

// HandlerFunc_ServeHTTP is http.HandlerFunc.ServeHTTP.
//
//greengen:patch
func HandlerFunc_ServeHTTP(f http.HandlerFunc, w http.ResponseWriter, r *http.Request) { f(w, r) }

// record is a ResponseWriter that keeps what it is told.
type record struct {
	header http.Header // of the one that will be told
	begins bool
	status int
	body   bytes.Buffer
}

func (r *record) Header() http.Header         { return r.header }
func (r *record) WriteHeader(status int)      { r.begins, r.status = true, status }
func (r *record) Write(p []byte) (int, error) { return r.body.Write(p) }

//greengen:patch
func (r *record) replay(w http.ResponseWriter) {
	if r.begins {
		w.WriteHeader(r.status)
	}
	if r.body.Len() > 0 {
		w.Write(r.body.Bytes())
	}
}

// Error is http.Error.
//
//greengen:patch
func Error(w http.ResponseWriter, text string, code int) {
	rec := &record{header: w.Header()}
	stdError(rec, text, code)
	rec.replay(w)
}

//greengen:skip
func stdError(rec *record, text string, code int) { http.Error(rec, text, code) }

// NotFound is http.NotFound.
//
//greengen:patch
func NotFound(w http.ResponseWriter, r *http.Request) {
	rec := &record{header: w.Header()}
	stdNotFound(rec, r)
	rec.replay(w)
}

//greengen:skip
func stdNotFound(rec *record, r *http.Request) { http.NotFound(rec, r) }

// Redirect is http.Redirect.
//
//greengen:patch
func Redirect(w http.ResponseWriter, r *http.Request, url string, code int) {
	rec := &record{header: w.Header()}
	stdRedirect(rec, r, url, code)
	rec.replay(w)
}

//greengen:skip
func stdRedirect(rec *record, r *http.Request, url string, code int) {
	http.Redirect(rec, r, url, code)
}

// Request_ParseForm is (*http.Request).ParseForm: the body is read before.
//
//greengen:patch
func Request_ParseForm(r *http.Request) error {
	if r.PostForm != nil || !formed(r) {
		return stdParseForm(r)
	}
	body := r.Body
	most := int64(10<<20 + 1) // net/http reads no more
	_, ours := body.(*limited)
	has := ours || reflect.TypeOf(body) == limitedBody
	if has {
		most = 1<<63 - 1 // but of one that has a limit
	}
	p, err := readUpTo(body, most)
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(p), failing{err}))
	if has {
		r.Body = http.MaxBytesReader(nil, r.Body, most)
	}
	err = stdParseForm(r)
	r.Body = body
	return err
}

// readUpTo is io.ReadAll of at most so many bytes.
//
//greengen:patch
func readUpTo(r io.Reader, most int64) (p []byte, err error) {
	buf := getBytes()
	defer putBytes(buf)
	for int64(len(p)) < most {
		n, err := r.Read((*buf)[:min(int64(cap(*buf)), most-int64(len(p)))])
		p = append(p, (*buf)[:n]...)
		if err == io.EOF {
			return p, nil
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// formed says whether r has a form in its body, and not one of several parts.
func formed(r *http.Request) bool {
	switch r.Method {
	case "POST", "PUT", "PATCH":
		return r.Body != nil && r.Body != http.NoBody && kind(r) == "application/x-www-form-urlencoded"
	}
	return false
}

func kind(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	return t
}

//greengen:skip
func stdParseForm(r *http.Request) error { return r.ParseForm() }

// Request_FormValue is (*http.Request).FormValue.
//
//greengen:patch
func Request_FormValue(r *http.Request, key string) string {
	if r.Form != nil {
		return stdFormValue(r, key)
	}
	if kind(r) == "multipart/form-data" {
		return slowFormValue(r, key)
	}
	Request_ParseForm(r)
	return stdFormValue(r, key)
}

//greengen:skip
func stdFormValue(r *http.Request, key string) string { return r.FormValue(key) }

// slowFormValue reads the parts, which may become files.
//
//greengen:offload
func slowFormValue(r *http.Request, key string) string { return r.FormValue(key) }

// Request_PostFormValue is (*http.Request).PostFormValue.
//
//greengen:patch
func Request_PostFormValue(r *http.Request, key string) string {
	if r.PostForm != nil {
		return stdPostFormValue(r, key)
	}
	if kind(r) == "multipart/form-data" {
		return slowPostFormValue(r, key)
	}
	Request_ParseForm(r)
	return stdPostFormValue(r, key)
}

//greengen:skip
func stdPostFormValue(r *http.Request, key string) string { return r.PostFormValue(key) }

//greengen:offload
func slowPostFormValue(r *http.Request, key string) string { return r.PostFormValue(key) }
