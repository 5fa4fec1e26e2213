package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// house has the rooms, each as long as somebody is in it.
type house struct {
	mu    sync.Mutex // guards all that follows, and where the guests are
	came  int
	rooms map[string]map[*guest]bool
}

func newHouse() *house { return &house{rooms: map[string]map[*guest]bool{}} }

// lobby is where guests are first.
const lobby = "lobby"

func (h *house) enter(g *guest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.came++
	g.name = fmt.Sprintf("guest%d", h.came)
	g.tell("you are " + g.name)
	h.in(g, lobby)
}

func (h *house) leave(g *guest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.out(g)
}

func (h *house) move(g *guest, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if room == "" || room == g.room {
		g.tell("you are in " + g.room)
		return
	}
	h.out(g)
	h.in(g, room)
}

func (h *house) rename(g *guest, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if name == "" || strings.ContainsAny(name, " \t") || h.taken(name) {
		g.tell("you are " + g.name)
		return
	}
	h.tell(g.room, g.name+" is "+name+" now")
	g.name = name
}

func (h *house) say(g *guest, line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tell(g.room, g.name+": "+line)
}

// who says who is in g's room.
func (h *house) who(g *guest) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var names []string
	for o := range h.rooms[g.room] {
		names = append(names, o.name)
	}
	slices.Sort(names)
	return "in " + g.room + ": " + strings.Join(names, ", ")
}

// What follows is called with the lock held.

func (h *house) taken(name string) bool {
	for _, room := range h.rooms {
		for g := range room {
			if g.name == name {
				return true
			}
		}
	}
	return false
}

func (h *house) in(g *guest, room string) {
	if h.rooms[room] == nil {
		h.rooms[room] = map[*guest]bool{}
	}
	g.room = room
	h.rooms[room][g] = true
	h.tell(room, g.name+" came into "+room)
}

func (h *house) out(g *guest) {
	delete(h.rooms[g.room], g)
	if len(h.rooms[g.room]) == 0 {
		delete(h.rooms, g.room)
	}
	h.tell(g.room, g.name+" left "+g.room)
}

func (h *house) tell(room, line string) {
	for g := range h.rooms[room] {
		g.tell(line)
	}
}
