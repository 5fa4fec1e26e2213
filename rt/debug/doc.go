// Package debug shows what hubs are doing: to expvar, to a browser, to Chrome's and
// Perfetto's trace viewers, and to profiles. Programs that do not import it pay
// nothing for it.
//
//	debug.Publish("greengen")                        // counters, in /debug/vars
//	http.Handle("/debug/greenlets", debug.Handler()) // a page, or JSON
//	trace := debug.NewTrace(file)                    // and trace.Close() after Run
//	rt.Run(f, rt.WithTracer(trace), debug.WithProfileLabels())
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
// about a microsecond each. Counters are a few words. A hub with a tracer, or with
// profile labels, reads the clock twice a switch, which then takes 200 ns or more.
//
// # Limits
//
// The page knows no users and no passwords: serve it where only those can ask who may
// know. Goroutines that a labelled greenlet starts, workers too, keep its labels, as
// Go has it.
package debug
