// Wshub is a WebSocket server: what a client says goes to all of them. 10,000 clients
// are 20,000 greenlets, of some hundred bytes each, or as many goroutines.
//
//	go run ./examples/wshub -addr localhost:7003            on goroutines
//	greengen run -all ./examples/wshub -addr localhost:7003 on one hub
//
// Try it from a browser's console:
//
//	ws = new WebSocket("ws://localhost:7003"); ws.onmessage = m => console.log(m.data)
//	ws.send("hello")
//
// It takes clients of all origins. Each takes a descriptor: see ulimit -n.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

func main() {
	addr := flag.String("addr", "localhost:7003", "where to listen")
	idle := flag.Duration("idle", time.Minute, "how long a client may be silent; it is pinged twice in that time")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	h := &hub{idle: *idle, clients: map[*client]bool{}}
	go h.ping()
	s := &rtnet.Server{Handler: h.serve}
	log.Fatal(s.Serve(l))
}

type hub struct {
	idle    time.Duration
	mu      sync.Mutex
	clients map[*client]bool
}

// client is who has shaken hands.
type client struct {
	ws  *websocket
	out *rt.Queue[[]byte] // frames
}

// backlog is how many frames may wait for a client; one that is slower than that goes.
const backlog = 64

// serve reads what a client sends. Another greenlet writes.
func (h *hub) serve(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	ws, err := request(conn)
	if err != nil {
		return
	}
	c := &client{ws, rt.NewQueue[[]byte](backlog)}
	h.add(c) // first: once it is accepted it hears all
	if ws.accept() == nil {
		conn.SetDeadline(time.Time{})
		h.talk(c)
	}
	h.remove(c)
}

func (h *hub) talk(c *client) {
	written := rt.Spawn(c.write)
	h.read(c)
	c.out.Close()
	c.ws.conn.SetWriteDeadline(time.Now().Add(time.Second)) // to say goodbye in
	written.Join()
}

// read returns when the client is done.
func (h *hub) read(c *client) {
	for {
		c.ws.conn.SetReadDeadline(time.Now().Add(h.idle))
		op, data, err := c.ws.next()
		if err != nil {
			c.out.TryPut(closing(err))
			return
		}
		switch op {
		case opPing:
			c.send(frame(opPong, data))
		case opText, opBinary:
			h.broadcast(frame(op, data))
		}
	}
}

// write sends what is put out, until there is nothing more to come.
func (c *client) write() {
	for {
		f, err := c.out.Get()
		if err != nil {
			return
		}
		if _, err := c.ws.conn.Write(f); err != nil {
			c.ws.conn.Close() // ends the reader
			return
		}
	}
}

// send never waits for c.
func (c *client) send(frame []byte) {
	if c.out.TryPut(frame) == rt.ErrFull {
		c.ws.conn.Close()
	}
}

func (h *hub) add(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[c] = true
}

func (h *hub) remove(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

func (h *hub) broadcast(frame []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		c.send(frame)
	}
}

// ping keeps clients from being silent.
func (h *hub) ping() {
	for {
		time.Sleep(h.idle / 2)
		h.broadcast(frame(opPing, nil))
	}
}
