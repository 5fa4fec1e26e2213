// Package os stands for std's os in green code: pipes, FIFOs, terminals and sockets
// that are an *os.File are waited for by the hub. Linux only; elsewhere, and for files of
// disks, workers wait.
//
// # An *os.File stays one
//
// It may come from anywhere, and go anywhere: to a child, to plain code, into an
// interface. So the hub relies on nothing that it knows of a file from before. A read is
//
//	Control(fd): not blocking? read(fd) -> EAGAIN -> epoll_ctl(ADD, fd), park
//
// and again when something happened. Control (of the file's RawConn) holds a reference,
// not std's lock for readers: the descriptor cannot be closed, nor its number be used by
// another, and it never waits for a goroutine that reads. epoll is told within, so that
// the number is the file's: anew for each wait (MOD, which fails if another file had the
// number), until events come that nobody waits for.
//
// # Whenever in doubt, std
//
// Only data, its end and errors of the system are told by the hub. Where a deadline is
// over, or the file is closed, std's own method is called, at once or on a worker: so
// errors are std's, and so is the verdict.
//
// # Closed behind the hub's back
//
// When plain code closes a file, its epoll entry vanishes, and no event comes. A duplicate
// would keep the entry, but also the pipe: the other end would not see that this one was
// closed. So who waits is on a list (rt.WaitFile_green). The twin of Close, and of
// (*exec.Cmd).Wait, which closes pipes, look there; for all else a timer asks std about
// each file each 100 ms, or more seldom if there are thousands: is it closed, is its
// deadline over. The hub is not woken for that. A number that is used anew meanwhile does
// no harm: who is woken for it tries through its own file, and sees that it is closed.
//
// # Deadlines
//
// The twins of SetDeadline note what they set, by weak pointer, and who waits has a timer.
// What plain code sets is found by the timer above, and only by who waits.
//
// # Blocking descriptors
//
// O_NONBLOCK belongs to all processes that have the descriptor: standard input stays as it
// was inherited. If it blocks, and is a pipe or a terminal, the hub waits until there is
// something, and a worker reads it: another process may be faster, and then the worker
// waits. Writes to it are a worker's. What epoll refuses (EPERM) is a worker's from the
// start, and so is what may return early: a socket, a terminal without a minimum (VMIN 0).
//
// # Not only files
//
// std's own conns are handles of descriptors, too: rt/net waits for them by what is here
// (Handle), for operations that are no Read or Write by Perform.
//
// # Writes
//
// Greenlets of any hubs write one after the other, as std's lock has goroutines do. The
// program's standard output and error are taken not to block, as in all of rt.
//
// # Limits
//
//   - A plain goroutine that writes to the file at the same time is not held off: its bytes
//     may come between those of one large write (of a pipe: more than 4096) that waits.
//   - A deadline that plain code has set does not keep a read from returning data that is
//     there.
//   - Someone who makes the descriptor blocking just between the look at its mode and the
//     read makes the hub wait for data: (*File).Fd does that, if another goroutine calls it
//     while a greenlet reads.
//   - Read of a file that std takes for blocking, but whose descriptor another process has
//     made non-blocking since, waits instead of failing with EAGAIN.
package os
