package io

import (
	"io"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/chans"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func spawn(g **rt.Greenlet, steps ...Step) Step {
	return On(func(h *green.Hub) { *g = rt.Spawn_green(h, Task(steps...)) })
}

func ended(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Join_green(h) }
}

func killed(g **rt.Greenlet) Step {
	return func(h *green.Hub) *green.Frame { return (*g).Kill_green(h) }
}

func yield(h *green.Hub) *green.Frame { return rt.Yield_green(h) }

func puts(w *io.PipeWriter, s string, n *int) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return Write(h, w, []byte(s)) }, func(k int, _ error) { *n = k })
}

func gets(r *io.PipeReader, p []byte, n *int) Step {
	return Call2(func(h *green.Hub) (int, error, *green.Frame) { return Read(h, r, p) }, func(k int, _ error) { *n = k })
}

func TestPipesAreKnown(t *testing.T) { require.True(t, pipesKnown) }

// Within a hub no worker is needed.
func TestPipeWithinAHub(t *testing.T) {
	r, w := io.Pipe()
	var g *rt.Greenlet
	wrote, read, sum := 0, 0, 0
	p := make([]byte, 4)
	used := uint64(1)
	hub(t,
		spawn(&g, Loop(func() bool { return sum == 500 }, puts(w, "12345", &wrote), Do(func() { sum += wrote }))),
		Loop(func() bool { return read < 0 }, gets(r, p, &read), Do(func() {
			if sum == 495 && read == 1 {
				read = -1
			}
		})),
		ended(&g), On(func(h *green.Hub) { used = h.Offloads }))
	require.Equal(t, 500, sum)
	require.Zero(t, used)
}

// Whoever is killed leaves the pipe to others.
func TestKilledAtAPipe(t *testing.T) {
	r, w := io.Pipe()
	x := (*pipe)(unsafe.Pointer(r))
	p := make([]byte, 8)
	var writer, reader *rt.Greenlet
	wrote, read := -1, -1
	hub(t,
		spawn(&writer, puts(w, "lost", &wrote)), yield, killed(&writer), // offering
		spawn(&reader, gets(r, p, &read)), yield, killed(&reader), // waiting for data
		spawn(&writer, puts(w, "told", &wrote)), yield, // the reader has not told yet
		Call1(func(h *green.Hub) ([]byte, *green.Frame) { return chans.Recv(h, x.wrCh) }, func(b []byte) { read = copy(p, b) }),
		spawn(&reader, killed(&writer)), yield, yield,
		func(h *green.Hub) *green.Frame { return chans.Send(h, x.rdCh, read) }, ended(&reader),
		spawn(&writer, puts(w, "whole", &wrote)), gets(r, p, &read), ended(&writer),
	)
	require.Equal(t, 5, wrote)
	require.Equal(t, "whole", string(p[:read]))
}
