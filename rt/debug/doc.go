// Package debug shows what hubs are doing: to expvar and to a browser. Programs that
// do not import it pay nothing for it.
//
//	debug.Publish("greengen")                        // counters, in /debug/vars
//	http.Handle("/debug/greenlets", debug.Handler()) // a page, or JSON
//
// # Who answers
//
// What is shown comes from each hub's own goroutine, between two greenlets. A hub
// that is held by one does not answer in time: then its counters are those of its
// last answer, and the stack of its goroutine says what holds it.
//
// # What it costs
//
// A look at all greenlets holds each hub for as long as it takes to describe them,
// some microseconds each. Counters are a few words.
//
// # Limits
//
// The page knows no users and no passwords: serve it where only those can ask who may
// know.
package debug
