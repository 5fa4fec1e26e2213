package green

import (
	"sync/atomic"
	"unsafe"
)

// plainTypes maps type words to whether the type's methods never block. It is
// copied when it grows: readers take no lock.
var (
	plainTypes atomic.Pointer[map[unsafe.Pointer]bool]
	plainMu    spin
)

// Classify decides for a type that was not declared. rt sets it from an init
// function; nil says that none is plain.
var Classify func(x any) bool

// DeclarePlain says that methods of the samples' dynamic types never block, so
// that they may be called on the hub's goroutine. Safe from any goroutine.
func DeclarePlain(samples ...any) {
	for _, x := range samples {
		setPlain(x, true)
	}
}

// PlainType reports whether methods of x's dynamic type are known never to
// block. Safe from any goroutine.
func PlainType(x any) bool {
	if m := plainTypes.Load(); m != nil {
		if plain, ok := (*m)[typeWord(x)]; ok {
			return plain
		}
	}
	plain := Classify != nil && Classify(x)
	setPlain(x, plain)
	return plain
}

func setPlain(x any, plain bool) {
	plainMu.lock()
	defer plainMu.unlock()
	m := map[unsafe.Pointer]bool{}
	if old := plainTypes.Load(); old != nil {
		for k, v := range *old {
			m[k] = v
		}
	}
	m[typeWord(x)] = plain
	plainTypes.Store(&m)
}
