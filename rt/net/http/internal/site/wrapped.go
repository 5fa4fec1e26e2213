package site

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// wrapped adds handlers inside of net/http's own.
//
//greengen:patch
func wrapped(m *http.ServeMux) {
	m.Handle("/strip/", http.StripPrefix("/strip", http.HandlerFunc(path)))
	m.Handle("/stripped", http.StripPrefix("/other", http.HandlerFunc(path)))
	m.Handle("/unstripped", http.StripPrefix("", http.HandlerFunc(path)))
	m.Handle("/semicolons", http.AllowQuerySemicolons(http.HandlerFunc(path)))
	m.Handle("/limited-whole", http.MaxBytesHandler(http.HandlerFunc(echo), 4))
	m.Handle("/timeout", http.TimeoutHandler(http.HandlerFunc(wait), time.Hour, "late"))
	m.Handle("/timeout/status", http.TimeoutHandler(http.HandlerFunc(status), time.Hour, "late"))
	m.Handle("/timeout/panic", http.TimeoutHandler(http.HandlerFunc(abort), time.Hour, "late"))
	m.Handle("/timeout/late", http.TimeoutHandler(http.HandlerFunc(lasts), time.Millisecond, "late"))
	m.Handle("/timeout/html", http.TimeoutHandler(http.HandlerFunc(lasts), time.Millisecond, ""))
	m.Handle("/both/", http.TimeoutHandler(http.StripPrefix("/both", m), time.Hour, ""))
}

//greengen:patch
func path(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	fmt.Fprintf(w, "%s %q %s %v", r.URL.Path, r.URL.RawPath, r.RequestURI, r.Form)
}

func abort(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Lasted gets what a handler that was too late sees.
var Lasted = make(chan string, 10)

//greengen:patch
func lasts(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Lost", "yes")
	io.WriteString(w, "lost")
	<-r.Context().Done()
	for range 1000 { // until the answer is given
		if _, err := io.WriteString(w, "lost"); err != nil {
			w.WriteHeader(http.StatusTeapot)
			Lasted <- strings.Join([]string{err.Error(), r.Context().Err().Error()}, ", ")
			return
		}
		time.Sleep(time.Millisecond)
	}
	Lasted <- "never"
}
