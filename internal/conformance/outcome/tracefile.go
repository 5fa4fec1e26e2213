package outcome

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"

	"github.com/greengen/greengen/rt/trace"
)

// Trace is what a trace file holds.
type Trace struct {
	Order              uint64
	Entered            uint64
	Green, Suspended   uint64
	Parks, Offloads    uint64
	Stray              uint64
	Early, Plain, Twin []uint64 // a word a block
}

// newTrace makes an empty trace file for a program with n blocks.
func newTrace(name string, n, main int, jitter uint64) error {
	data := make([]byte, trace.Size(n))
	binary.NativeEndian.PutUint64(data[8*trace.Blocks:], uint64(n))
	binary.NativeEndian.PutUint64(data[8*trace.Main:], uint64(main))
	binary.NativeEndian.PutUint64(data[8*trace.Jitter:], jitter)
	if err := os.WriteFile(name, data, 0o666); err != nil {
		return fmt.Errorf("make a trace file: %w", err)
	}
	return nil
}

func readTrace(name string) (*Trace, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read a trace: %w", err)
	}
	word := func(i int) uint64 { return binary.NativeEndian.Uint64(data[8*i:]) }
	n := int(word(trace.Blocks))
	if len(data) != trace.Size(n) {
		return nil, fmt.Errorf("read a trace: %s has %d bytes for %d blocks", name, len(data), n)
	}
	t := &Trace{
		Order: word(trace.Order), Entered: word(trace.Entered), Green: word(trace.Green),
		Suspended: word(trace.Suspended), Parks: word(trace.Parks), Offloads: word(trace.Offloads), Stray: word(trace.Stray),
	}
	for i := 1; i <= n; i++ {
		t.Early = append(t.Early, word(trace.At(i, trace.Early)))
		t.Plain = append(t.Plain, word(trace.At(i, trace.Plain)))
		t.Twin = append(t.Twin, word(trace.At(i, trace.AsTwin)))
	}
	return t, nil
}

// Count is how often block n was entered.
func (t *Trace) Count(n int) uint64 { return t.Early[n-1] + t.Plain[n-1] + t.Twin[n-1] }

// Counts is the hash of how often each block was entered.
func (t *Trace) Counts() uint64 { return t.sum(func(c uint64) uint64 { return c }) }

// Set is the hash of which blocks were entered.
func (t *Trace) Set() uint64 { return t.sum(func(c uint64) uint64 { return min(c, 1) }) }

func (t *Trace) sum(of func(uint64) uint64) uint64 {
	h := fnv.New64a()
	var word [8]byte
	for n := range t.Early {
		binary.LittleEndian.PutUint64(word[:], of(t.Count(n+1)))
		h.Write(word[:])
	}
	return h.Sum64()
}
