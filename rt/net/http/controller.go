package http

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/greengen/greengen/rt/internal/worker"
)

// What follows stands in for methods of net/http's ResponseController.

type (
	flusher    interface{ FlushError() error }
	readLimit  interface{ SetReadDeadline(time.Time) error }
	writeLimit interface{ SetWriteDeadline(time.Time) error }
	duplex     interface{ EnableFullDuplex() error }
)

// unwrap returns the first one that is wanted of c's ResponseWriter and those in it.
//
//greengen:patch
func unwrap(c *http.ResponseController, wanted func(http.ResponseWriter) bool) (http.ResponseWriter, error) {
	for w := writerOf(c); ; {
		if wanted(w) {
			return w, nil
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil, fmt.Errorf("%w", http.ErrNotSupported)
		}
		w = u.Unwrap()
	}
}

func is[T any](w http.ResponseWriter) bool {
	_, ok := w.(T)
	return ok
}

func flushes(w http.ResponseWriter) bool { return is[flusher](w) || is[http.Flusher](w) }

// ResponseController_Flush is (*http.ResponseController).Flush.
//
//greengen:patch
func ResponseController_Flush(c *http.ResponseController) error {
	if !writerKnown {
		return worker.Do(c.Flush)
	}
	w, err := unwrap(c, flushes)
	if err != nil {
		return err
	}
	if f, ok := w.(flusher); ok {
		return f.FlushError()
	}
	w.(http.Flusher).Flush()
	return nil
}

// ResponseController_Hijack is (*http.ResponseController).Hijack.
//
//greengen:patch
func ResponseController_Hijack(c *http.ResponseController) (net.Conn, *bufio.ReadWriter, error) {
	if !writerKnown {
		return stdHijack(c)
	}
	w, err := unwrap(c, is[http.Hijacker])
	if err != nil {
		return nil, nil, err
	}
	return w.(http.Hijacker).Hijack()
}

//greengen:offload
func stdHijack(c *http.ResponseController) (net.Conn, *bufio.ReadWriter, error) { return c.Hijack() }

// ResponseController_SetReadDeadline is (*http.ResponseController).SetReadDeadline.
//
//greengen:patch
func ResponseController_SetReadDeadline(c *http.ResponseController, t time.Time) error {
	if !writerKnown {
		return worker.Do(func() error { return c.SetReadDeadline(t) })
	}
	w, err := unwrap(c, is[readLimit])
	if err != nil {
		return err
	}
	return w.(readLimit).SetReadDeadline(t)
}

// ResponseController_SetWriteDeadline is (*http.ResponseController).SetWriteDeadline.
//
//greengen:patch
func ResponseController_SetWriteDeadline(c *http.ResponseController, t time.Time) error {
	if !writerKnown {
		return worker.Do(func() error { return c.SetWriteDeadline(t) })
	}
	w, err := unwrap(c, is[writeLimit])
	if err != nil {
		return err
	}
	return w.(writeLimit).SetWriteDeadline(t)
}

// ResponseController_EnableFullDuplex is (*http.ResponseController).EnableFullDuplex.
//
//greengen:patch
func ResponseController_EnableFullDuplex(c *http.ResponseController) error {
	if !writerKnown {
		return worker.Do(c.EnableFullDuplex)
	}
	w, err := unwrap(c, is[duplex])
	if err != nil {
		return err
	}
	return w.(duplex).EnableFullDuplex()
}
