package bufio

import (
	"bufio"
	"io"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// randomText has words, short and long lines, and some that is not UTF-8.
func randomText(r *rand.Rand) chunks {
	c := chunks{odd: max(0, r.Intn(200)-100)}
	for range r.Intn(200) {
		c.data = append(c.data, "ab \n\r\té\xff"[r.Intn(9)])
	}
	for n := 0; n < len(c.data); {
		k := 1 + r.Intn(40)
		c.sizes = append(c.sizes, k)
		n += k
	}
	return c
}

// A green Scan gives what a plain one gives, errors and tokens that are too long too.
func TestScannerAsPlain(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	splits := []bufio.SplitFunc{bufio.ScanLines, bufio.ScanWords, bufio.ScanRunes, bufio.ScanBytes}
	for range 1000 {
		c := randomText(r)
		split, size := splits[r.Intn(4)], 1+r.Intn(50)
		plain := bufio.NewScanner(&chunks{c.data, c.sizes, c.odd})
		plain.Split(split)
		plain.Buffer(make([]byte, 0, size), size)
		want := []string{}
		for plain.Scan() {
			want = append(want, plain.Text())
		}
		for name, rd := range map[string]io.Reader{
			"yielding": &yielding{chunks{c.data, c.sizes, c.odd}},
			"trier":    &trier{yielding{chunks{c.data, c.sizes, c.odd}}, false},
			"buffered": bufio.NewReaderSize(&source{rd: &yielding{chunks{c.data, c.sizes, c.odd}}}, 16),
		} {
			var s *bufio.Scanner
			got, over, offloads := []string{}, false, uint64(1)
			require.NoError(t, rt.Run(Task(
				On(func(h *green.Hub) {
					s = NewScanner_green(h, rd)
					s.Split(split)
					s.Buffer(make([]byte, 0, size), size)
				}),
				Loop(func() bool { return over }, Call1(func(h *green.Hub) (bool, *green.Frame) {
					return Scanner_Scan_green(h, s)
				}, func(ok bool) {
					if over = !ok; ok {
						got = append(got, s.Text())
					}
				})),
				On(func(h *green.Hub) { offloads = h.Offloads }))))
			require.Equal(t, want, got, name)
			require.Equal(t, plain.Err(), s.Err(), name)
			require.Zero(t, offloads, name)
		}
	}
}

// With a split function of the program's, and if plain code made it, a scanner works on
// a worker.
func TestScannerUnknown(t *testing.T) {
	own := func(data []byte, end bool) (int, []byte, error) { return bufio.ScanBytes(data, end) }
	for _, make := range []func(h *green.Hub, rd io.Reader) *bufio.Scanner{
		func(h *green.Hub, rd io.Reader) *bufio.Scanner {
			s := NewScanner_green(h, rd)
			s.Split(own)
			return s
		},
		func(_ *green.Hub, rd io.Reader) *bufio.Scanner { return bufio.NewScanner(rd) },
	} {
		var s *bufio.Scanner
		offloads := uint64(0)
		require.NoError(t, rt.Run(Task(
			On(func(h *green.Hub) { s = make(h, &yielding{chunks{data: []byte("x")}}) }),
			Call1(func(h *green.Hub) (bool, *green.Frame) { return Scanner_Scan_green(h, s) },
				func(ok bool) { require.True(t, ok) }),
			On(func(h *green.Hub) { offloads = h.Offloads }))))
		require.Equal(t, "x", s.Text())
		require.Equal(t, uint64(1), offloads)
	}
}
