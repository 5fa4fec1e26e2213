package rt

import (
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/greengen/greengen/rt/green"
)

// dumpPatience is how long Dump waits for hubs, which answer between two greenlets.
const dumpPatience = 200 * time.Millisecond

// Dump writes what all hubs that run are doing: a tree of their greenlets, each
// below the one that spawned it, with what it waits for, how long, and where. Of a
// hub that does not answer within a fifth of a second it writes the stack of its
// goroutine. It returns w's error. Safe from any goroutine.
func Dump(w io.Writer) error { return writeDump(w, Snapshots(dumpPatience)) }

// Dump_green is Dump for greenlets, on a worker. Only from the hub's goroutine.
func Dump_green(h *green.Hub, w io.Writer) (error, *green.Frame) {
	if h.Blocks() {
		return Dump(w), nil
	}
	return nil, green.Offload(h, "rt.Dump", func() struct{ R0 error } {
		return struct{ R0 error }{Dump(w)}
	})
}

// Dump writes what h is doing, as the function Dump does. Only from the hub's
// goroutine.
func (h *Hub) Dump(w io.Writer) error { return writeDump(w, []Snapshot{h.Snapshot()}) }

func writeDump(w io.Writer, list []Snapshot) error {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		s.write(&b)
	}
	if len(list) == 0 {
		b.WriteString("no hub runs\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Snapshot) write(b *strings.Builder) {
	if s.Silent && s.Goroutine == 0 {
		fmt.Fprintf(b, "hub %d does not answer: it waits for a RunOnce\n", s.Hub)
		return
	}
	if s.Silent {
		fmt.Fprintf(b, "hub %d does not answer: a greenlet holds it; its goroutine %d:\n%s", s.Hub, s.Goroutine, s.Stack)
		return
	}
	n := s.Stats
	fmt.Fprintf(b, "hub %d, goroutine %d: %d greenlets, %d ready, %d wait for descriptors, %d workers, %d timers\n",
		s.Hub, s.Goroutine, n.Alive, n.Ready, n.DescWaits, n.Workers, n.Timers)
	for depth, g := range Tree(s.Greenlets) {
		g.write(b, strings.Repeat("  ", depth+1))
	}
}

func (i *Info) write(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%sgreenlet %d [%s]: %s\n", indent, i.ID, i.Waiting(), i.Name)
	for _, at := range i.Stack {
		fmt.Fprintf(b, "%s    %s\n", indent, at)
	}
	for n, at := range i.Spawn {
		by := "spawned at"
		if n > 0 {
			by = "called at"
		}
		fmt.Fprintf(b, "%s    %s %s\n", indent, by, at)
	}
}

// Waiting says what the greenlet waits for and how long: "sleep, 3s, 1.5s left".
func (i *Info) Waiting() string {
	s := i.Wait
	switch {
	case i.For >= oldAge:
		s += ", over " + (i.For / time.Hour * time.Hour).String()
	case i.For > 0:
		s += ", " + i.For.Round(time.Second).String()
	}
	if i.Left > 0 {
		s += ", " + i.Left.Round(time.Millisecond).String() + " left"
	}
	return s
}

// Tree orders greenlets of one hub so that each follows the one that spawned it,
// before the next one that has not been spawned by that; the int is the depth.
// Those whose parent is not there are at depth 0. Safe from any goroutine.
func Tree(list []Info) iter.Seq2[int, *Info] {
	below := map[uint64][]*Info{}
	there := map[uint64]bool{}
	for i := range list {
		there[list[i].ID] = true
	}
	for i := range list {
		g := &list[i]
		parent := g.Parent
		if !there[parent] {
			parent = 0
		}
		below[parent] = append(below[parent], g)
	}
	return func(yield func(int, *Info) bool) { walk(below, 0, 0, yield) }
}

func walk(below map[uint64][]*Info, parent uint64, depth int, yield func(int, *Info) bool) bool {
	for _, g := range below[parent] {
		if !yield(depth, g) || !walk(below, g.ID, depth+1, yield) {
			return false
		}
	}
	return true
}

// stderrDump writes a Dump to stderr, as a signal wants it.
func stderrDump() {
	fmt.Fprintln(os.Stderr, "greengen: all hubs")
	_ = Dump(os.Stderr) // there is nobody else to tell
	fmt.Fprintln(os.Stderr)
}
