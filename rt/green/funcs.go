package green

import (
	"sync/atomic"
	"unsafe"
)

// Env heads the environment of a literal made in green code.
type Env struct {
	Twin unsafe.Pointer // a func(h *Hub, env unsafe.Pointer, args...) (results..., *Frame)
}

// entry says what is known of a code pointer.
type entry struct {
	pc       uintptr
	twin     unsafe.Pointer // the twin, nil for a literal: then its Env has it
	word     uint8          // where in the closure the environment is
	recovers bool
	none     bool // it has no twin: not to be located again
	itself   bool // the twin's environment is the closure
}

type table struct {
	mask    uintptr
	n       int // guarded by funcsMu
	entries []entry
}

var (
	funcs    atomic.Pointer[table]
	funcsMu  spin
	unknown  int // entries that say that nothing is known; guarded by funcsMu
	emptyTab = &table{entries: make([]entry, 1)}
)

// Func gives the word of a func value: a pointer to its closure, nil for a nil func.
func Func[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

// As turns the word of a func value back into the func value of type F.
func As[F any](w unsafe.Pointer) F { return *(*F)(unsafe.Pointer(&w)) }

// Register says that twin is the green form of fn, a func value without
// environment. Both are words as Func gives them; the twin takes the hub, an
// environment that it ignores, and fn's parameters.
func Register(fn, twin unsafe.Pointer, recovers bool) {
	add(entry{pc: *(*uintptr)(fn), twin: twin, recovers: recovers})
}

// Value is what the func value of a method value x.M points to: gc's closure.
type Value[T any] struct {
	F uintptr
	R T // x
}

// RegisterValue says that twin is the green form of all x.M of a type: fn is one of
// them. The twin's environment is the closure, a *Value.
func RegisterValue(fn, twin unsafe.Pointer) {
	if e := find(*(*uintptr)(fn)); valuesKnown && (e == nil || e.none) {
		add(entry{pc: *(*uintptr)(fn), twin: twin, itself: true})
	}
}

// Hollow returns an interface that is not nil. Method values of it can be made, not
// called.
func Hollow[I any]() (i I) {
	*(*unsafe.Pointer)(unsafe.Pointer(&i)) = unsafe.Pointer(&hollow)
	return i
}

var hollow [8]uintptr

// valuesKnown reports whether the closures of method values are as Value says.
var valuesKnown = func() bool {
	for _, p := range []sample{{1, 2, 3}, {4, 5, 6}} {
		fn := p.method
		if v := (*Value[sample])(Func(fn)); v.R != p || v.F != *(*uintptr)(Func(sample{}.method)) {
			return false
		}
	}
	return true
}()

type sample [3]uintptr

//go:noinline
func (sample) method() {}

// RegisterOnce is Register for a literal that captures nothing: it is called
// whenever its func value is made.
func RegisterOnce(fn, twin unsafe.Pointer, recovers bool) {
	if e := find(*(*uintptr)(fn)); e == nil || e.none {
		Register(fn, twin, recovers)
	}
}

// Bind registers fn, a literal that captured env alone. It finds out where the
// closure keeps env, and registers nothing if it does not find it.
func Bind(fn, env unsafe.Pointer) { bind(fn, env, false) }

// BindRecovers is Bind for a literal whose twin takes the token of a deferred call.
func BindRecovers(fn, env unsafe.Pointer) { bind(fn, env, true) }

func bind(fn, env unsafe.Pointer, recovers bool) {
	pc := *(*uintptr)(fn)
	if e := find(pc); e != nil && !e.none {
		return
	}
	for w := uint8(1); w <= 2; w++ {
		if *(*unsafe.Pointer)(unsafe.Add(fn, uintptr(w)*unsafe.Sizeof(fn))) == env {
			add(entry{pc: pc, word: w, recovers: recovers})
			return
		}
	}
}

// Lookup finds the twin of a func value and its environment. Both are nil if
// nothing is known of it.
func Lookup[F any](fn F) (twin, env unsafe.Pointer, recovers bool) {
	w := Func(fn)
	if w == nil {
		return nil, nil, false
	}
	if e := find(*(*uintptr)(w)); e != nil {
		return e.form(w)
	}
	e := locate(*(*uintptr)(w), fn)
	return e.form(w)
}

// form returns the twin of the closure w, whose code e knows.
func (e *entry) form(w unsafe.Pointer) (twin, env unsafe.Pointer, recovers bool) {
	if e.itself {
		return e.twin, w, false
	}
	if e.twin != nil || e.none {
		return e.twin, nil, e.recovers
	}
	env = *(*unsafe.Pointer)(unsafe.Add(w, uintptr(e.word)*unsafe.Sizeof(w)))
	if env == nil {
		return nil, nil, false
	}
	return (*Env)(env).Twin, env, e.recovers
}

// find returns what is known of the code at pc, nil if nothing is. Nobody writes to it.
func find(pc uintptr) *entry {
	t := funcs.Load()
	if t == nil {
		return nil
	}
	for i := hash(pc) & t.mask; ; i = (i + 1) & t.mask {
		e := &t.entries[i]
		switch atomic.LoadUintptr(&e.pc) {
		case pc:
			return e
		case 0:
			return nil
		}
	}
}

func hash(pc uintptr) uintptr { return pc>>4 ^ pc>>13 ^ pc>>22 }

// add publishes e. Readers take no lock: they find an entry by its pc, which is
// written last. A table that gets full is copied to a larger one, and so is one
// that has another entry for pc.
func add(e entry) { addIf(e, func() bool { return true }) }

// addIf is add if that holds, which is asked with the lock.
func addIf(e entry, holds func() bool) {
	funcsMu.lock()
	defer funcsMu.unlock()
	if !holds() {
		return
	}
	if e.none {
		unknown++
	}
	old := funcs.Load()
	if old == nil {
		old = emptyTab
	}
	size := len(old.entries)
	if size >= 4*(old.n+1) && old.fill(e) {
		return
	}
	for size < 4*(old.n+1) {
		size *= 2
	}
	t := &table{mask: uintptr(size - 1), entries: make([]entry, size)}
	for _, o := range old.entries {
		if o.pc != 0 && o.pc != e.pc {
			t.put(o)
		}
	}
	t.put(e)
	funcs.Store(t)
}

// fill adds e to a table that readers know, unless it has an entry for e's pc.
func (t *table) fill(e entry) bool {
	i := hash(e.pc) & t.mask
	for t.entries[i].pc != 0 {
		if t.entries[i].pc == e.pc {
			return false
		}
		i = (i + 1) & t.mask
	}
	p := &t.entries[i]
	p.twin, p.word, p.recovers, p.none, p.itself = e.twin, e.word, e.recovers, e.none, e.itself
	atomic.StoreUintptr(&p.pc, e.pc)
	t.n++
	return true
}

// put adds e to a table that is not published yet.
func (t *table) put(e entry) {
	i := hash(e.pc) & t.mask
	for t.entries[i].pc != 0 {
		i = (i + 1) & t.mask
	}
	t.entries[i] = e
	t.n++
}
