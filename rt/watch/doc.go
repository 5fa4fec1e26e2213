// Package watch has watchers of a hub for what the package rt does not import:
// signals. Those for timers, the hub's turns, descriptors and processes are methods of
// rt.Hub (After, Every, OnPrepare, OnCheck, OnIdle, OnReadable, OnWritable, OnExit); greenlets
// wait for a process by rt.WaitProcess, for a descriptor by rt.WaitRead and rt.WaitWrite.
//
// # A handler that waits
//
//	w := watch.OnSignal(rt.CurrentHub(), os.Interrupt, func() {
//		server.Shutdown(ctx) // parks
//	})
//	defer w.Stop()
//
// Each signal starts a greenlet of its own, so the handler may park, and the next
// signal does not wait for it. As in libev, waiting for signals does not keep a hub
// alive: a hub whose greenlets wait for nothing else is deadlocked, unless Ref says
// that the signal is what it waits for.
//
// # Limits
//
// Like os/signal's channels, a watcher may lose signals that come faster than its
// hub takes them. One goroutine per watcher hands them over.
package watch
