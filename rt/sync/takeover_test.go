package sync

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

// What is left to be done at a greenlet's end is done, though who spawned it is away.
func TestGoneSinceWaitGroupGo(t *testing.T) {
	var w sync.WaitGroup
	free := make(chan bool)
	var once sync.Once
	release := func() { once.Do(func() { close(free) }) }
	defer time.AfterFunc(time.Second, release).Stop() // under -race a hub waits for who is stuck
	var other *rt.Greenlet
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) { WaitGroup_Go_green(h, &w, Task(yield)) }),
		spawn(&other, yield, yield, yield, Do(release)),
		func(*green.Hub) *green.Frame { <-free; return nil },
		func(h *green.Hub) *green.Frame { return WaitGroup_Wait_green(h, &w) },
		join(&other),
	), rt.WithTakeover()))
}
