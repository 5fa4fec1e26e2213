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
// # Limits
//
// Dial tries the addresses of one family one after the other. A conn of one of std's
// own types (net.DialTCP, net.ListenUDP, also net.Dial of "udp") works, each operation
// on a worker. The short-read rule holds for TCP only: a Unix socket may also stop at a
// message's end.
package net
