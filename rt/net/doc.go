// Package net stands for std's net in green code: Dial, DialTimeout, Dialer, Listen
// and ListenConfig for TCP and Unix stream sockets, ListenPacket for datagrams.
// Everything else they hand to std, on a worker.
//
// # A small conn
//
// Dial_green and Accept_green return a *Conn, which only the hub's poller knows:
// a descriptor, an address and two waiters, about 100 bytes. A read is tried
// first, and only if it would block the greenlet parks; after a short read the
// next one parks at once, since the poller will say when there is more.
//
// # Plain callers
//
// The methods of net.Conn may be called from any goroutine, as always. For them
// the Conn makes a duplicate of its descriptor and lets std's net.Conn wait on
// that. So the hub never waits for a goroutine nor a goroutine for the hub, and
// the conn outlives its hub. Greenlets of another hub take this way as well, on
// a worker.
//
// # Locks
//
// A Conn's lock guards the number of its descriptor, which a Close from anywhere
// gives back to the kernel at once. The hub holds it around each system call;
// those never block.
//
// # Server
//
// A Server accepts conns and serves each on a greenlet, with a bound on how many, if
// wanted; it pauses, and stops gracefully. It is plain blocking Go with generated
// twins (server.go), so it works on goroutines too; what never blocks is in
// serverstate.go.
//
// # Dialer
//
// A name is looked up by a worker. If it has addresses of both families std dials,
// on the worker, since it tries both at once; so it does for a Dialer with a local
// address, a control function or a resolver. The conn becomes the hub's then.
//
// # Std's own conns
//
// A program that asks for *net.TCPConn, by net.DialTCP or of an interface, gets one. Its
// methods have twins that wait as those of files do, see rt/os: they try within Control, so
// that neither a close nor a deadline is missed, and leave the verdict to std. For what must
// make one of std's own values (Accept) or is rare (ReadMsgUDP, UnixConn.WriteTo) the hub waits
// until it most likely does not block; a worker calls std then, as somebody may be faster.
// DialTCP is a worker's.
//
// An error has the text and the type that std's has. It needs the network's name, which std
// tells to os only, by a method that is found by reflection.
//
// A listener's RawConn refuses Read, which knows of deadlines: the RawConn in it does not.
//
// # Pipes
//
// Pipe_green returns conns whose waits are those of rt's primitives, for greenlets of any hubs
// and goroutines alike. Who writes offers what it has; who reads takes, when it runs: so a
// greenlet that is killed while it waits has nothing that others would miss. What plain
// code's net.Pipe returns is std's, and takes a worker for each call.
//
// # Limits
//
// Dial tries the addresses of one family one after the other. Greenlets that
// accept from one of std's own listeners at the same time may each take a worker. A copy
// between two of std's TCP conns is not the kernel's (splice): an error says "read" or "write"
// where std's may say "splice" or "sendfile". The limits of rt/os are those of std's conns,
// too. The short-read rule holds for TCP only: a Unix socket may also stop at a
// message's end.
package net
