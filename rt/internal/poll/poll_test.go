package poll

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
