package poll

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimeouts(t *testing.T) {
	for name, p := range map[string]Poller{"system": New(), "portable": NewPortable(), "fake": NewFake()} {
		t.Run(name, func(t *testing.T) {
			defer p.Close()
			for _, d := range []time.Duration{0, 300 * time.Microsecond, 2 * time.Millisecond} {
				start := p.Now()
				require.Empty(t, p.Wait(int64(d), false))
				require.GreaterOrEqual(t, p.Now()-start, int64(d))
			}
		})
	}
}

func TestWakes(t *testing.T) {
	for name, p := range map[string]Poller{"system": New(), "portable": NewPortable(), "fake": NewFake()} {
		t.Run(name, func(t *testing.T) {
			defer p.Close()
			go p.Wake(false)
			p.Wait(-1, false)
			p.Wake(false) // wakes collapse, and are not lost
			p.Wake(false)
			p.Wait(-1, false)
		})
	}
}

func TestDescriptors(t *testing.T) {
	p := New()
	defer p.Close()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	raw, err := r.SyscallConn()
	require.NoError(t, err)
	raw.Control(func(fd uintptr) { err = p.Add(int(fd), 7) })
	if err == ErrNoFDs {
		return
	}
	require.NoError(t, err)
	require.Empty(t, p.Wait(0, true))
	start := p.Now()
	require.Empty(t, p.Wait(int64(time.Millisecond), true))
	require.GreaterOrEqual(t, p.Now()-start, int64(time.Millisecond))

	go w.Write([]byte("x"))
	evs := p.Wait(-1, true)
	require.Len(t, evs, 1)
	require.EqualValues(t, 7, evs[0].Gen)
	require.Equal(t, Read, evs[0].Mode)
	require.Empty(t, p.Wait(0, true), "edge-triggered")

	woke := make(chan bool)
	go func() { p.Wake(true); close(woke) }()
	require.Empty(t, p.Wait(-1, true))
	<-woke
	require.NoError(t, w.Close())
	evs = p.Wait(-1, true)
	require.Len(t, evs, 1)
	require.NotZero(t, evs[0].Mode&Hup)
	raw.Control(func(fd uintptr) { err = p.Remove(int(fd)) })
	require.NoError(t, err)
}

func TestFakeTime(t *testing.T) {
	p := NewFake()
	require.Empty(t, p.Wait(int64(time.Hour), true))
	require.EqualValues(t, time.Hour, p.Now())
	p.Fire(Event{FD: 3, Mode: Write})
	require.Equal(t, []Event{{FD: 3, Mode: Write}}, p.Wait(int64(time.Hour), true))
	require.EqualValues(t, time.Hour, p.Now())
	require.Equal(t, 2, p.Waits())
	go p.Fire(Event{FD: 4})
	for len(p.Wait(-1, true)) == 0 { // it may return early
	}
}
