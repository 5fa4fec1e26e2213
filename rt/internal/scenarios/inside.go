package scenarios

import (
	"os"
	"reflect"
	"strings"
	"unsafe"

	"github.com/greengen/greengen/rt"
)

// inside reads what rt keeps to itself: what is at a path of fields of what x points to,
// not valid behind a nil pointer. Only from the goroutine of who x belongs to.
func inside(x any, path ...string) reflect.Value {
	v := reflect.ValueOf(x)
	for _, name := range path {
		if v = reflect.Indirect(v); !v.IsValid() {
			return v
		}
		f := v.FieldByName(name)
		v = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())) // as if it were exported
		if load := v.MethodByName("Load"); load.IsValid() {         // an atomic
			v = load.Call(nil)[0]
		} else {
			v = v.Elem()
		}
	}
	return v
}

// size is how much is inside of x: a number, or how many elements are not zero.
func size(x any, path ...string) (n int) {
	switch v := inside(x, path...); v.Kind() {
	case reflect.Invalid:
	case reflect.Slice:
		for i := range v.Len() {
			if !v.Index(i).IsZero() {
				n++
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			n = 1
		}
	case reflect.Uint32:
		n = int(v.Uint())
	default:
		n = int(v.Int())
	}
	return n
}

// watchers is how many wait for w by Wait, Completed and their like.
func watchers(w rt.Waitable) int { return size(w, "seen", "list") }

// joiners is how many greenlets of its hub wait for the end of g, and who else is told.
func joiners(g *rt.Greenlet) int { return size(g, "ext", "joiners") + size(g, "ext", "watch") }

// descriptors counts the program's, but for those of pollers: hubs' and Go's own.
func descriptors() (n int) {
	es, _ := os.ReadDir("/proc/self/fd") // none where it is not known
	for _, e := range es {
		if to, _ := os.Readlink("/proc/self/fd/" + e.Name()); !strings.HasPrefix(to, "anon_inode:[event") {
			n++
		}
	}
	return n
}

// watched is how many descriptors the hub watches for somebody. Those of an *os.File stay
// on its list until they have been of no use for a while, or their number has another owner.
func watched(h *rt.Hub) (n int) {
	files := inside(h, "files")
	for i := range files.Len() {
		d := files.Index(i)
		if d.IsNil() {
			continue
		}
		stays := inside(d.Interface(), "ext", "stays")
		if !stays.IsValid() || !stays.Bool() || size(d.Interface(), "ext", "raw") > 0 {
			n++
		}
	}
	return n
}

// clean checks that nothing is left of what was done on the hub, but who asks.
func (r *run) clean(h *rt.Hub) {
	for _, e := range r.told {
		r.t.Errorf("reported: %v", e)
	}
	r.told = nil
	s := h.Stats()
	r.expect([...]int{1, 0, 0, 0, 0, 0}, [...]int{s.Alive, s.Ready, s.Timers, s.DescWaits, s.Workers, s.Holds},
		"left: greenlets, ready ones, timers, waits for descriptors, workers, holds")
	for _, path := range [][]string{
		{"externs"}, {"primWaits"}, {"drains"}, {"queued"}, {"bounded"}, {"calls"},
		{"lot", "n"}, {"young", "head"}, {"kept", "head"}, {"packed"}, {"hooks", "refs"},
	} {
		r.expect(0, size(h, path...), "left: ", path)
	}
	r.expect(0, watched(h), "left: descriptors that are watched")
	if of := inside(h, "hooks", "of"); of.IsValid() {
		for kind := range of.Len() {
			r.expect(0, of.Index(kind).Len(), "left: watchers of kind ", kind)
		}
	}
}
