package sync

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// ops stands for a hub: it notes what is offloaded.
type ops struct{ works []func() }

func (o *ops) Offload(work func(), _ string) { o.works = append(o.works, work) }
func (o *ops) Yield()                        {}
func (o *ops) Stack() []uintptr              { return nil }
func (o *ops) Exiting() *green.Unwind        { return &green.Unwind{} }

func TestFreeLockIsTakenOnTheSpot(t *testing.T) {
	o := &ops{}
	h := &green.Hub{Ops: o}
	var m sync.Mutex
	var rw sync.RWMutex
	require.Nil(t, Mutex_Lock_green(h, &m))
	require.Nil(t, RWMutex_RLock_green(h, &rw))
	require.Nil(t, RWMutex_RLock_green(h, &rw))
	rw.RUnlock()
	rw.RUnlock()
	require.Nil(t, RWMutex_Lock_green(h, &rw))
	require.Empty(t, o.works)
	require.False(t, m.TryLock())
	require.False(t, rw.TryRLock())
}

func TestHeldLockIsWaitedForElsewhere(t *testing.T) {
	o := &ops{}
	h := &green.Hub{Ops: o}
	var m sync.Mutex
	m.Lock()
	require.NotNil(t, Mutex_Lock_green(h, &m))
	require.Len(t, o.works, 1)
	m.Unlock()
	o.works[0]()
	require.False(t, m.TryLock(), "the worker took the lock")
}

func TestBlockingMode(t *testing.T) {
	var m sync.Mutex
	require.Nil(t, Mutex_Lock_green(nil, &m))
	require.False(t, m.TryLock())
	var w sync.WaitGroup
	require.Nil(t, WaitGroup_Wait_green(nil, &w))
}
