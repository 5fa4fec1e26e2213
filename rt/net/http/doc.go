// Package http is an HTTP/1.1 server for net/http's handlers, each of which runs on a
// greenlet: a conn that is idle costs a kilobyte or two instead of a goroutine's stack and
// two buffers, and a handler that waits what is live in it. Without a hub it serves on
// goroutines. It does what net/http's Server does, but for HTTP/2 and TLS (Serve takes any
// net.Listener, and sets no Request.TLS; in place of net/http's it leaves TLS to that).
//
//	s := &rthttp.Server{Addr: "localhost:8080", Handler: mux}
//	err := s.ListenAndServe()
//
// # Handlers
//
// A handler is green if greengen patches the package where it is. A ServeMux hands on to
// its handlers, and so do StripPrefix, TimeoutHandler and the like where green code makes
// them; others of std (FileServer, ReverseProxy, ...) and of packages that are not patched run
// on a worker of the hub, a goroutine, for as long as they take.
//
// # Contexts
//
// A Request's Context ends when its handler has returned, and when the client hangs up,
// which the server looks for once somebody has asked for Done or Err and the body has
// been read.
//
// # In place of net/http's Server
//
// Calls of (*http.Server).Serve and ListenAndServe in green code end up here (standin.go).
// http.ServerContextKey is set then only.
//
// # Limits
//
// A http.MaxBytesReader of plain code that has had too much closes the conn only if it is the
// Body of the Request that the Server made, not of a copy.
package http

//go:generate go run github.com/greengen/greengen/cmd/greengen
