package green

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// One word more costs each suspended call the next size class.
func TestSizes(t *testing.T) {
	require.EqualValues(t, 16, unsafe.Sizeof(Frame{}))
	require.LessOrEqual(t, unsafe.Sizeof(Defers{}), uintptr(24))
}

// Frames of a kind that has no place in the table are continued like others, also when
// they are used again.
func TestOddKinds(t *testing.T) {
	type frame struct {
		Frame
		n int
	}
	var h Hub
	last := lastID.Load()
	defer lastID.Store(last)
	for _, from := range []uint32{last, odd - 1, odd, 1 << 20} {
		lastID.Store(from)
		var p Pool[frame]
		resume := func(_ *Hub, f *Frame) *Frame {
			(*frame)(unsafe.Pointer(f)).n++
			return Parked
		}
		for range 5 {
			var callees [9]Frame
			var fs [9]*frame
			for i := range callees {
				fs[i] = p.New(&h, resume, &callees[i])
				require.Same(t, &fs[i].Frame, callees[i].Parent)
				require.Zero(t, fs[i].n)
				require.Same(t, Parked, fs[i].How()(&h, &fs[i].Frame))
				require.Equal(t, 1, fs[i].n)
				require.NotZero(t, PlaceOf(&fs[i].Frame).resume)
			}
			for _, f := range fs {
				p.Put(&h, f)
			}
		}
	}
}
