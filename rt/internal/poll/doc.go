// Package poll is how a hub waits: for descriptors, for time, and for other
// goroutines.
//
// # Two ways to sleep
//
// A hub that watches no descriptor sleeps in a receive from a channel, not in
// the kernel. So Go's own detector ("all goroutines are asleep") still works
// when all that is left are workers that wait on channels for ever, and a
// program without network never opens an epoll descriptor. A hub that watches
// some is woken by an eventfd, which is written only when the hub really sleeps
// (240 ns).
//
// # Busy and idle
//
// While there is work the hub asks the kernel with a timeout of 0 by a raw
// system call, which saves the 70 ns of telling the scheduler. Only when that
// finds nothing does it sleep: not in epoll_wait, but parked as a goroutine that
// waits for the epoll descriptor itself, which is registered with Go's poller. A
// thread that sits in a system call loses its processor, and has to find one
// again. (A raw blocking call would be worse: it keeps the processor from all other
// goroutines for 20 ms at a time.) An echo server with 100 connections, on 2 cores
// that did much else, CPU time per request, 3 and 2 runs:
//
//	requests/s   std's net   in epoll_wait   parked
//	2000         36-44 µs    43-45 µs        22-26 µs   (latency p50 107-136, 95-154, 94-130 µs)
//	as many as   8.5-9.6     7.8-8.4         8.2
//
// Between the two descriptors is a gate (Parked), an epoll descriptor of its own. Without
// it each event that came while the hub was awake woke the thread that an idle processor
// lets wait in Go's poller, in vain. Two ends of one conn on a hub, sixteen requests at a time,
// CPU time per request, 2 cores:
//
//	std's net   in epoll_wait   parked        with a gate
//	0.84 µs     0.87 µs         1.36 µs       0.90 µs
//
// # Backends
//
// GREENGEN_BACKEND names one of: epoll (Linux), epoll-wait (Linux, sleeping in the
// system call), kqueue (Darwin and the BSDs), portable (any). All pass the table of
// promises in contract_test.go, where they can be run: kqueue has only been compiled
// and vetted.
//
// # Edges and generations
//
// Descriptors are added once, edge-triggered, for both directions; the caller
// remembers readiness. An event names its descriptor's number and generation:
// numbers are reused at once, and an event that was fetched before a close must
// not reach the number's next owner.
//
// # Limits
//
// The portable poller waits for time and for other goroutines only. Where descriptors
// are to be watched nevertheless (GREENGEN_BACKEND=portable, or the kernel has no
// memory for one more), rt lets a worker wait for each.
package poll
