//go:build linux

package rt

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

func filePipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// waitFile waits once, and requires want.
func waitFile(t *testing.T, f *os.File, d time.Duration, want error) step {
	return greentest.Call1(func(h *green.Hub) (err error, c *green.Frame) {
		raw, err := f.SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(fd uintptr) { err, c = WaitFile_green(h, f, int(fd), Reading, d, false) }))
		return err, c
	}, func(err error) { require.Equal(t, want, err) })
}

func noFileWaits(t *testing.T) step {
	return do(func() {
		fileWaits.Lock()
		defer fileWaits.Unlock()
		for _, e := range fileWaits.files {
			require.Nil(t, e.first)
		}
	})
}

// What plain code does to a file reaches who waits for it.
func TestFileWait(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) { fileWait(t, backend) })
	}
}

func fileWait(t *testing.T, backend Option) {
	r, w := filePipe(t)
	var g, g2 *Greenlet
	require.NoError(t, Run(task(
		waitFile(t, r, ms, nil),
		noFileWaits(t),
		spawn(&g, waitFile(t, r, -1, nil)),
		spawn(&g2, waitFile(t, r, time.Minute, nil)),
		yield,
		do(func() { go w.WriteString("x") }),
		joinAll(&g, &g2),
		noFileWaits(t),
		do(func() { r.Read(make([]byte, 1)) }),
		spawn(&g, waitFile(t, r, -1, os.ErrDeadlineExceeded)),
		yield,
		do(func() { go r.SetReadDeadline(time.Now()) }),
		join(&g),
		do(func() { r.SetReadDeadline(time.Time{}) }),
		spawn(&g, waitFile(t, r, -1, nil)),
		yield,
		do(func() { go WakeFile(r) }),
		join(&g),
		spawn(&g, waitFile(t, r, -1, nil)),
		spawn(&g2, waitFile(t, r, -1, nil)),
		yield,
		func(h *green.Hub) *green.Frame { return g2.Kill_green(h) },
		do(func() { go r.Close() }),
		join(&g),
		noFileWaits(t),
		on(func(h *green.Hub) { require.Zero(t, HubOf(h).fdWaits) }),
	), backend))
}

// Files of a hub that ended are not looked at for ever.
func TestFileWaitHubEnds(t *testing.T) {
	r, _ := filePipe(t)
	var g *Greenlet
	require.NoError(t, Run(task(spawn(&g, waitFile(t, r, -1, nil)), yield)))
	noFileWaits(t)(nil)
}

// A goroutine that reads holds up one check of the file, not more, and of no other.
func TestFileWaitHeldUp(t *testing.T) {
	r, w := filePipe(t)
	r2, _ := filePipe(t)
	read := make(chan error)
	go func() {
		_, err := r.Read(make([]byte, 1))
		read <- err
	}()
	var g *Greenlet
	at := int32(0)
	require.NoError(t, Run(task(
		waitFile(t, r, 3*checkEvery/2, nil),
		do(func() { at = helpers.Load() }),
		waitFile(t, r, 3*checkEvery/2, nil),
		waitFile(t, r, 3*checkEvery/2, nil),
		do(func() { require.LessOrEqual(t, helpers.Load(), at+1) }), // one may be about to go
		spawn(&g, waitFile(t, r2, -1, nil)),
		yield,
		do(func() { go r2.Close() }),
		join(&g),
		do(func() { w.WriteString("x") }),
	)))
	require.NoError(t, <-read)
}

// A number that is closed while somebody waits for it, and used anew, is the new owner's.
func TestFileWaitNumberReused(t *testing.T) {
	r, _ := filePipe(t)
	var number uintptr
	raw, err := r.SyscallConn()
	require.NoError(t, err)
	require.NoError(t, raw.Control(func(fd uintptr) { number = fd }))
	a, b := pair(t)
	var g, g2 *Greenlet
	var hub *Hub
	var d Desc
	require.NoError(t, Run(task(
		on(func(h *green.Hub) { hub = HubOf(h) }),
		spawn(&g, waitFile(t, r, -1, nil)),
		yield,
		do(func() {
			r.Close()
			require.NoError(t, syscall.Dup3(a, int(number), syscall.O_CLOEXEC))
		}),
		spawn(&g2, readable(int(number), -1, nil)), // finds the entry of the last owner
		yield,
		write(t, b, "x"),
		joinAll(&g, &g2),
		do(func() { syscall.Read(a, make([]byte, 9)) }),
		spawn(&g, readable(int(number), time.Minute, nil)),
		yield,
		do(func() { require.NoError(t, d.Open(hub, int(number))) }), // wakes who waits for what was there
		join(&g),
		do(func() {
			require.Equal(t, &d, hub.files[number])
			d.Forget()
			syscall.Close(int(number))
		}),
	)))
}
