package trace

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// use makes rec a fresh record for n blocks and returns its words.
func use(t *testing.T, n, main int, jitter uint64) []uint64 {
	t.Helper()
	old := rec.words
	words := make([]uint64, Size(n)/8)
	words[Blocks], words[Main], words[Jitter] = uint64(n), uint64(main), jitter
	rec.started = false
	rec.open(words)
	t.Cleanup(func() { rec.words = old })
	return words
}

// ops is a hub that counts what is asked of it.
type ops struct{ yields int }

func (o *ops) Offload(func(), string)                {}
func (o *ops) Go(func(*green.Hub) *green.Frame)      {}
func (o *ops) GiveWay()                              {}
func (o *ops) InGreenlet() bool                      { return true }
func (o *ops) Launch(_, _ unsafe.Pointer, _ uintptr) {}
func (o *ops) Yield()                                { o.yields++ }
func (o *ops) Stack() []uintptr                      { return nil }
func (o *ops) Exiting() *green.Unwind                { return nil }
func (o *ops) Back(*green.Hub)                       {}

func TestOrderAndCounts(t *testing.T) {
	w := use(t, 3, 2, 0)
	for _, n := range []int{1, 2, 3, 3, 1} {
		Block(n)
	}
	want := uint64(0)
	for _, n := range []uint64{1, 2, 3, 3, 1} {
		want = Next(want, n)
	}
	require.Equal(t, want, w[Order])
	require.EqualValues(t, 5, w[Entered])
	require.EqualValues(t, 1, w[At(1, Early)], "before main")
	require.EqualValues(t, 1, w[At(1, Plain)])
	require.EqualValues(t, 2, w[At(3, Plain)])
}

func TestStray(t *testing.T) {
	w := use(t, 1, 1, 0)
	Block(0)
	Block(2)
	require.EqualValues(t, 2, w[Stray])
	require.Zero(t, w[Entered])
}

func TestGoroutines(t *testing.T) {
	w := use(t, 4, 1, 2)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for range 1000 {
				Block(g + 1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 4000, w[Entered])
}

func TestTwinSuspends(t *testing.T) {
	w := use(t, 2, 1, 0)
	o := &ops{}
	h := &green.Hub{Ops: o}
	h.Turn, h.Suspensions = 7, 3
	f := Block_green(h, 1)
	require.NotNil(t, f)
	require.Equal(t, 1, o.yields)
	require.Same(t, f, h.TakeLeaf())
	parent := &green.Frame{}
	f.Parent = parent
	h.Turn++
	require.Same(t, parent, f.How()(h, f))
	require.EqualValues(t, 1, w[Green])
	require.EqualValues(t, 1, w[Suspended])
	require.EqualValues(t, 1, w[At(1, AsTwin)])
	require.EqualValues(t, 3, w[Parks])
}

func TestTwinNoticesThatNobodyTurned(t *testing.T) {
	h := &green.Hub{Ops: &ops{}}
	f := Block_green(h, 1)
	require.Panics(t, func() { f.How()(h, f) })
}

func TestTwinWithoutAHub(t *testing.T) {
	w := use(t, 1, 1, 0)
	require.Nil(t, Block_green(nil, 1))
	require.Nil(t, Block_green(green.Blocking(), 1))
	require.EqualValues(t, 2, w[At(1, Plain)])
	require.Zero(t, w[Green])
}

func TestOpenRefusesAShortFile(t *testing.T) {
	var r recorder
	r.open(make([]uint64, 3))
	require.Nil(t, r.words)
	words := make([]uint64, Size(1)/8)
	words[Blocks] = 2
	r.open(words)
	require.Nil(t, r.words)
}
