package green

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// freshTable lets a test fill a table of its own.
func freshTable(t *testing.T) {
	old := funcs.Swap(nil)
	t.Cleanup(func() { funcs.Store(old) })
}

// A program registers thousands of functions before main begins.
func TestRegisterDoesNotCopyTheTableEachTime(t *testing.T) {
	freshTable(t)
	pc := uintptr(16)
	bytes := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			pc += 16
			add(entry{pc: pc, word: 1})
		}
	}).AllocedBytesPerOp()

	require.Less(t, bytes, int64(40*unsafe.Sizeof(entry{})))
}

func TestReadersSeeWholeEntries(t *testing.T) {
	freshTable(t)
	const n = 3000
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for known := uintptr(1); known <= n; {
				e := find(known * 16)
				if e != nil && e.word != uint8(known) {
					t.Errorf("entry %d has word %d", known, e.word)
				}
				if e != nil {
					known++
				}
			}
		})
	}
	for i := uintptr(1); i <= n; i++ {
		add(entry{pc: i * 16, word: uint8(i)})
	}
	wg.Wait()

	add(entry{pc: 16, none: true})
	e := find(16)
	require.True(t, e != nil && e.none && e.word == 0, "the later entry counts")
}

// What nobody knows is looked for once, until a literal comes that it may be.
func TestUnknownIsRemembered(t *testing.T) {
	old := Locate
	defer func() { Locate = old }()
	asked := 0
	Locate = func(pc uintptr) (string, string, int, bool) {
		asked++
		return "p.f", "p.go", 1, true
	}
	x := 0
	fn := func() { x++ }
	for range 3 {
		twin, _, _ := Lookup(fn)
		require.Nil(t, twin)
	}
	require.Equal(t, 1, asked)
	Literal[func(int)]("q.go", 3, 4, Func(func() {}), false)
	require.NotNil(t, find(*(*uintptr)(Func(known))))
	for range 3 {
		Lookup(fn)
	}
	require.Equal(t, 2, asked)
}

func known() {}

func init() { Register(Func(known), Func(func(*Hub, unsafe.Pointer) *Frame { return nil }), false) }
