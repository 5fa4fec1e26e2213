// Package rt runs greenlets: the hub, its loop, and what a program says to it.
//
// A hub is one goroutine that runs many greenlets, one at a time. A greenlet
// gives up control only where it can park: between two such points no other
// greenlet of the same hub runs. That holds to the letter without preemption and
// takeover, so not under -all: there loops are such points too, and a greenlet that
// is stuck in plain code runs beside the others. greengen explain -parks lists the
// points of a function, as they are without -all.
//
// # Two forms
//
// Each function that emitted code may call has two forms. The plain one (Sleep)
// works on any goroutine, with or without a hub, and blocks that goroutine. Its
// twin (Sleep_green) takes the hub first; if it may suspend, its last result is
// a *green.Frame, nil when it completed. The transform pairs them by name, and
// so do the packages below rt that stand for std's: time.Sleep becomes
// rt/time.Sleep_green, (*bufio.Reader).ReadByte becomes
// rt/bufio.Reader_ReadByte_green.
//
// Where no twin of the function is known, Run and Spawn use plain goroutines,
// and everything else in this package works on those as well.
//
// # A turn
//
//	posted functions -> ready greenlets -> OnPrepare -> timeout -> poll
//	-> descriptors -> timers -> OnCheck -> OnIdle
//
// Ready greenlets run in FIFO order. While there are some, the poller is asked
// at most every 100 µs (Config.RunBudget), and no idle watcher is called; the
// clock is read every 64 switches (RunBatch), more often if greenlets run for long.
// Descriptors come before timers, so that data which arrived in the same turn as a
// deadline wins.
//
// # Waiting
//
// A greenlet that parks has one waiter: what would make it ready, with a way to
// cancel it. Kill cancels the waiter, then makes the greenlet unwind from its
// leaf frame: deferred calls run, and may park.
//
// Waits for channels and locks are found by address, so that greenlets of one hub
// serve each other without goroutine or lock. Others may use the same address: a
// wait older than a millisecond or two, or all of them when nothing else can
// happen, is handed to a worker goroutine, which waits natively; unless those others
// announce themselves, as in woven programs. See Waiting, Announce, SetAlarm and
// OwnGroups, and OwnConds for sync.Cond, which has a queue instead. Receivers that may
// wait there for good are packed: a number of each is left beside its greenlet and the
// frames of its callers, until somebody looks for who waits at the channel (packed.go).
//
// # Primitives
//
// Event, Future, Semaphore, RMutex, Queue, Group, Pool and Scope are plain Go with
// marks, whose twins greengen makes. They share the waitq: a list of who waits,
// greenlets of any hubs and goroutines, guarded by the primitive's mutex, that
// nobody parks with. A waiter is woken with what it waited for, so that a kill or a
// limit which comes later takes nothing away: the kill waits for the next park. Who
// waits on a hub that has ended is passed over.
//
// # Preemption
//
// Code generated with preemption (-preempt, implied by -all) looks at a flag in
// each round of a loop, at less than a nanosecond; a monitor sets it when a greenlet has
// held its hub for 10 to 20 ms. Then the rounds of loops are points where other
// greenlets may run, as goroutines may at any: for about as long, if they have that much
// to do, before it goes on. Plain code is never preempted.
//
// # Takeover
//
// A greenlet that is stuck in plain code (a foreign lock, a system call, a long
// computation) for more than 30 ms does not stop the others, if the program has
// preemption or WithTakeover: its hub goes on on another goroutine, see takeover.go.
//
// # Panics
//
// One deferred function guards the loop, not each switch. It hands a panic to
// the nearest frame that has deferred calls. If there is none the panic is
// uncaught: it is printed as Go prints it, with the greenlet's own stack, and
// the program exits with code 2; Config.OnPanic isolates it instead. Fail ends Run with
// an error from any of its hub's greenlets. A Goexit of
// foreign code takes the hub's goroutine away: the loop goes on in a fresh one.
//
// A stack is partly one of the machine, partly a chain of frames: Stack puts both together, in
// the place of debug.Stack. The loop notes the parent of each frame that it resumes for that,
// and a panic keeps where it began (green.Panic). See stackwalk.go.
//
// # Watchers
//
// After, Every, OnPrepare, OnCheck, OnIdle, OnReadable, OnWritable and OnExit call a
// function on the hub's goroutine, outside of any greenlet: it must not park. A Watcher
// without a reference (Unref) keeps no hub alive. Signals, in package watch, start a greenlet instead. WaitRead,
// WaitWrite and WaitProcess park a greenlet. Drain waits until nothing is left to be
// done.
//
// # A hub in another loop
//
// NewHub makes a hub that RunOnce drives, round by round. A foreign loop waits until
// Fd is readable or the time that RunOnce said is over, then calls RunOnce(0):
//
//	for next := h.RunOnce(0); ; next = h.RunOnce(0) {
//		foreign.Wait(fd, next)
//	}
//
// # Several hubs
//
// RunN runs hubs in parallel. A greenlet stays on its hub for life. Spawn of
// another Hub, Post, Join and Kill reach it from anywhere, through one queue with
// one lock per hub; all else of a hub, and channels and locks that its greenlets
// share with nobody else, need none.
//
// # Deadlock
//
// A hub is stuck if no greenlet is ready, and there is no timer, no watched
// descriptor, no worker, no Hold and no wait for a greenlet on a goroutine. One of
// the program's other hubs may still Post to it. If all of them are stuck, which one
// that is alone is at once, nothing can ever happen. Then the first greenlet of each,
// and no other one, unwinds with a DeadlockError that lists who waits for what: Run
// returns it, unless Catch stops it; then the hub goes on. Under RunMain the program
// ends as Go's do, without deferred calls. While a greenlet waits for an Event, a
// Queue or another primitive of this package, which goroutines may use at any time,
// a hub is not taken for stuck, unless StrictDeadlocks says so. A hub that serves a socket keeps all others
// from being taken for dead, as a goroutine does in Go. With only workers left
// the hub sleeps in a plain channel receive, so that Go's own detector judges.
//
// # Seeing what happens
//
// Dump writes what all hubs are doing: their greenlets as a tree by spawner, each
// with what it waits for, how long, and where. Each hub answers on its own
// goroutine, between two greenlets; of one that is held, the stack of its goroutine
// is shown. How long a greenlet has waited is known to a second or so, for at least
// four hours: parking notes the time at which the hub last looked at the clock.
// TrackingSpawns keeps where each greenlet was spawned.
//
// DumpOn does that on a signal, and so does GREENGEN_DUMP=1 for SIGQUIT. Neither is
// on by default, not even under greengen run: the runtime takes a program that asks
// for signals for one that something may always wake, and Go's detector of deadlocks
// is off.
//
// WithMonitor lets the same goroutine that preempts watch for greenlets that hold
// their hub for long while others are there: it names them, the line where they are,
// the stack and the function to mark, once per place. greengen run switches it on by
// GREENGEN_MONITOR. A switch tells it nothing: it looks at the hub's counters now
// and then, without a lock, takes the stack, and looks again whether the hub still
// stands where it stood. It rests while the hub sleeps.
//
// SetTracer and WithTracer let a Tracer see each switch; then the hub runs its
// greenlets by another loop, and a hub without one pays a comparison per batch. Package
// rt/debug has one that writes what Perfetto reads, and one for profiler labels; it
// also serves what Snapshots and Counters say as a page, as JSON and to expvar.
//
// # Who may touch what
//
// Everything in Hub and Greenlet belongs to the hub's goroutine, except where a
// comment says otherwise. Post is the way in for all other goroutines.
//
// # Limits
//
// A greenlet on a plain goroutine cannot be killed while it runs: Kill waits for
// its end. Current knows greenlets of a hub only, by its twin. Workers are not
// bounded but by Config.OffloadMax: a job may wait for another job.
package rt
