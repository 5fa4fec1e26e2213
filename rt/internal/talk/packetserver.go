//greengen:patch
package talk

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// servePackets is Serve for datagrams.
func servePackets(s *rtnet.PacketServer) (net.PacketConn, chan error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	end := make(chan error, 1)
	rt.Spawn(func() { end <- s.Serve(c) })
	return c, end
}

// client is a socket that asks one server.
type client struct {
	net.PacketConn
	to net.Addr
}

func newClient(to net.Addr) *client {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return &client{c, to}
}

func (c *client) send(s string) {
	if _, err := c.WriteTo([]byte(s), c.to); err != nil {
		panic(err)
	}
}

func (c *client) answer(d time.Duration) string {
	c.SetReadDeadline(time.Now().Add(d))
	buf := make([]byte, 100)
	n, _, err := c.ReadFrom(buf)
	if err != nil {
		return "none"
	}
	return string(buf[:n])
}

// Packets: a panic ends its handler only, a long datagram is cut, and a server that is shut
// down lets handlers answer.
func Packets(log *Log) {
	var begun, panicked rt.Event
	s := &rtnet.PacketServer{
		MaxSize: 5,
		OnError: func(err error) {
			log.Add(err.(*rtnet.HandlerPanic).Value)
			panicked.Set()
		},
		HandlerContext: func(ctx context.Context, c net.PacketConn, from net.Addr, p []byte) {
			switch string(p) {
			case "panic":
				panic("handler")
			case "last":
				begun.Set()
				<-ctx.Done()
				log.Add(context.Cause(ctx))
			}
			if _, err := c.WriteTo(append(p, '!'), from); err != nil {
				log.Add(err)
			}
		},
	}
	at, end := servePackets(s)
	a, b := newClient(at.LocalAddr()), newClient(at.LocalAddr())
	defer a.Close()
	defer b.Close()
	a.send("panic")
	panicked.Wait()
	a.send("hello, world")
	log.Add(a.answer(10 * time.Second))
	b.send("")
	log.Add(b.answer(10 * time.Second))
	a.send("last")
	begun.Wait()
	log.Add("shutdown:", s.Shutdown(context.Background()))
	log.Add("serve:", <-end)
	log.Add(a.answer(10 * time.Second))
	_, err := at.WriteTo([]byte("x"), a.LocalAddr())
	log.Add("closed:", errors.Is(err, net.ErrClosed))
	log.Add("again:", s.Serve(at))
}

// PacketPool serves datagrams by two handlers, and returns how many there were at most.
func PacketPool() (most int) {
	var mu sync.Mutex
	now := 0
	s := &rtnet.PacketServer{Pool: 2}
	s.Handler = func(c net.PacketConn, from net.Addr, p []byte) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		rt.Sleep(time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		c.WriteTo(p, from)
	}
	at, end := servePackets(s)
	a := newClient(at.LocalAddr())
	defer a.Close()
	for range 20 {
		a.send("x")
	}
	for range 20 {
		if a.answer(10*time.Second) != "x" {
			panic("lost")
		}
	}
	s.Close()
	<-end
	s.Wait()
	return most
}

// Shared serves by two Servers that have room for two handlers together, and returns how
// many there were at most.
func Shared() (most int) {
	room := rt.NewSemaphore(2)
	var mu sync.Mutex
	now := 0
	handler := func(c net.Conn) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		rt.Sleep(time.Millisecond)
		Echo(c)
		mu.Lock()
		now--
		mu.Unlock()
	}
	a, b := &rtnet.Server{Handler: handler, Room: room}, &rtnet.Server{Handler: handler, Room: room}
	la, endA := Serve(a)
	lb, endB := Serve(b)
	var clients rt.Group
	for i := range 20 {
		addr := la.Addr().String()
		if i%2 > 0 {
			addr = lb.Addr().String()
		}
		clients.Spawn(func() {
			if _, err := Call(addr, "x"); err != nil {
				panic(err)
			}
		})
	}
	clients.Join()
	a.Close()
	b.Close()
	<-endA
	<-endB
	a.Wait()
	b.Wait()
	if room.Value() != 2 {
		panic("room was lost")
	}
	return most
}

// Idle serves two listeners with room for one handler: the one that nobody calls does not
// keep it.
func Idle(log *Log) {
	s := &rtnet.Server{Handler: Echo, Pool: 1}
	la, endA := Serve(s)
	lb, endB := Serve(s)
	rt.Yield()
	for _, l := range []net.Listener{lb, lb, la, lb} {
		text, err := Call(l.Addr().String(), "x")
		log.Add("answer:", text, err)
	}
	s.Close()
	<-endA
	<-endB
	s.Wait()
}

// PacketPause: what comes meanwhile is served later.
func PacketPause(log *Log) {
	s := &rtnet.PacketServer{Handler: func(c net.PacketConn, from net.Addr, p []byte) { c.WriteTo(p, from) }}
	at, end := servePackets(s)
	a := newClient(at.LocalAddr())
	defer a.Close()
	a.send("before")
	log.Add(a.answer(10 * time.Second))
	s.Pause()
	a.send("meanwhile")
	log.Add(a.answer(20 * time.Millisecond))
	s.Resume()
	log.Add(a.answer(10 * time.Second))
	log.Add("close:", s.Close())
	log.Add("serve:", <-end)
	s.Wait()
}

// PacketStop: a handler that does not end loses its socket, then, on a hub, its life.
func PacketStop(deaf bool, log *Log) {
	var begun rt.Event
	s := &rtnet.PacketServer{StopTimeout: 10 * time.Millisecond}
	s.Handler = func(c net.PacketConn, from net.Addr, p []byte) {
		begun.Set()
		if deaf {
			defer log.Add("cleaned up")
			rt.Sleep(time.Hour)
		}
		for {
			if _, err := c.WriteTo(p, from); err != nil {
				log.Add("closed:", errors.Is(err, net.ErrClosed))
				return
			}
			rt.Sleep(time.Millisecond)
		}
	}
	at, end := servePackets(s)
	a := newClient(at.LocalAddr())
	defer a.Close()
	a.send("x")
	begun.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	log.Add("shutdown:", s.Shutdown(ctx))
	log.Add("serve:", <-end)
}

// Hubs serves by n hubs, and says which one each handler runs on: those of a crowd that
// comes at once, and stays.
func Hubs(n, clients int, on func(*rt.Hub)) {
	s := &rtnet.Server{Hubs: n}
	s.Handler = func(c net.Conn) {
		on(rt.CurrentHub())
		Echo(c)
	}
	l, end := Serve(s)
	addr := l.Addr().String()
	var all rt.Group
	var come sync.WaitGroup
	come.Add(clients)
	for range clients {
		all.Spawn(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				panic(err)
			}
			defer c.Close()
			if _, err := Ask(c, "x"); err != nil {
				panic(err)
			}
			come.Done()
			come.Wait() // nobody leaves before
			if _, err := Ask(c, "x"); err != nil {
				panic(err)
			}
		})
	}
	all.Join()
	s.Close()
	<-end
	s.Wait()
}
