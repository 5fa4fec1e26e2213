package rt

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// What a greenlet was given that its hub ends before it runs goes to who can use it: a
// greenlet of the hub and a goroutine give.
func TestHubEndsBeforeWhoWasServed(t *testing.T) {
	type prims struct {
		sem   *Semaphore
		items *Queue[int]
		room  *Queue[int]
		lock  RMutex
		event Event
	}
	for name, gives := range map[string]func(p *prims) step{
		"its own hub": func(p *prims) step {
			return func(h *green.Hub) *green.Frame {
				p.sem.Release_green(h)
				p.items.Put_green(h, 1)
				p.room.Get_green(h)
				p.lock.Unlock_green(h)
				p.event.Set_green(h)
				return nil
			}
		},
		"a goroutine": func(p *prims) step {
			return do(func() {
				done := make(chan int)
				go func() {
					defer close(done)
					p.sem.Release()
					p.items.Put(1)
					p.room.Get()
					p.lock.mu.lock()
					p.lock.release() // Unlock is the owner's, who holds the hub
					p.lock.mu.unlock()
					p.event.Set()
				}()
				<-done
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := &prims{sem: NewSemaphore(0), items: NewQueue[int](0), room: NewQueue[int](1)}
			require.NoError(t, p.room.Put(1))
			var gs [2][5]*Greenlet
			waits := func(i int) step {
				return func(h *green.Hub) *green.Frame {
					for j, s := range []step{
						p.sem.Acquire_green,
						func(h *green.Hub) *green.Frame { _, _, c := p.items.Get_green(h); return c },
						func(h *green.Hub) *green.Frame { _, c := p.room.Put_green(h, 2); return c },
						p.lock.Lock_green,
						p.event.Wait_green,
					} {
						gs[i][j] = Spawn_green(h, task(s, func(h *green.Hub) *green.Frame { return Forever_green(h, "the end") }))
					}
					return nil
				}
			}
			require.NoError(t, Run(task(p.lock.Lock_green, waits(0), waits(1), yield, gives(p))))
			require.Equal(t, 1, p.sem.Value())
			v, err := p.items.TryGet()
			require.NoError(t, err)
			require.Equal(t, 1, v)
			require.NoError(t, p.room.TryPut(3))
			require.True(t, p.lock.TryLock())
			require.Zero(t, p.event.pending)
			gets, puts := p.items.Waiters()
			require.Zero(t, p.sem.Waiters()+gets+puts+p.lock.waits.n+p.event.waits.n)
		})
	}
}
