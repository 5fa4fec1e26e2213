// Package poll is how a hub waits: for descriptors, for time, and for other
// goroutines.
//
// # Two ways to sleep
//
// A hub that watches no descriptor sleeps in a receive from a channel, not in
// the kernel. So Go's own detector ("all goroutines are asleep") still works
// when all that is left are workers that wait on channels for ever, and a
// program without network never opens an epoll descriptor. A hub that watches
// some sleeps in epoll_wait, and is woken by an eventfd which is written only
// when the hub really sleeps (240 ns).
//
// # Busy and idle
//
// While there is work the hub asks the kernel with a timeout of 0 by a raw
// system call, which saves the 70 ns of telling the scheduler. Only when that
// finds nothing does it wait, by the system call that tells the scheduler. A raw
// blocking call would be wrong: it keeps the processor from all other goroutines
// for 20 ms at a time.
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
// On systems without epoll the portable poller waits for time and for other
// goroutines only; descriptors are left to Go's own poller, in workers.
package poll
