// Chat is a server for people who talk in rooms, a line at a time.
//
//	go run ./examples/chat -addr localhost:7002            on goroutines
//	greengen run -all ./examples/chat -addr localhost:7002 on one hub
//
// Try it by nc localhost 7002, from several terminals: /nick name, /join room, /who,
// /quit; all else is said to the room.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"strings"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

func main() {
	addr := flag.String("addr", "localhost:7002", "where to listen")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	h := newHouse()
	s := &rtnet.Server{Handler: h.guest}
	log.Fatal(s.Serve(l))
}

// backlog is how many lines may wait for a guest; one who is slower than that goes.
const backlog = 100

// guest serves a conn: it reads, another greenlet writes.
func (h *house) guest(c net.Conn) {
	g := &guest{conn: c, lines: rt.NewQueue[string](backlog)}
	go g.write()
	defer g.lines.Close()
	h.enter(g)
	defer h.leave(g)
	r := bufio.NewReader(c)
	for {
		line, err := readLine(r)
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "":
		case "/nick":
			h.rename(g, strings.TrimSpace(rest))
		case "/join":
			h.move(g, strings.TrimSpace(rest))
		case "/who":
			g.tell(h.who(g))
		case "/quit":
			return
		default:
			h.say(g, line)
		}
	}
}

var errLong = errors.New("line too long")

// readLine returns a line of at most the reader's buffer, without its end.
func readLine(r *bufio.Reader) (string, error) {
	line, more, err := r.ReadLine()
	if more {
		return "", errLong
	}
	return string(line), err
}

// guest is somebody with a conn.
type guest struct {
	conn  net.Conn
	name  string // guarded by house.mu, as room
	room  string
	lines *rt.Queue[string]
}

// write sends what g is told, until there is nothing more to come.
func (g *guest) write() {
	defer g.conn.Close()
	for {
		line, err := g.lines.Get()
		if err != nil {
			return
		}
		if _, err := g.conn.Write([]byte(line + "\n")); err != nil {
			return
		}
	}
}

// tell never waits for g.
func (g *guest) tell(line string) {
	if g.lines.TryPut(line) == rt.ErrFull {
		g.conn.Close()
	}
}
