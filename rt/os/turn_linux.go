package os

import (
	"sync"
	"time"

	"github.com/greengen/greengen/rt"
)

// turn is the right to write to a file, which one greenlet has, while others may wait.
type turn struct {
	users int           // who has it, and who waits
	hub   *rt.Hub       // of who has it; nil while it is handed on
	free  *rt.Semaphore // nil until somebody waits
}

// stolenEvery is how often who waits for a turn looks whether the hub of who has it ended.
const stolenEvery = 200 * time.Millisecond

// turns has the files that greenlets write to.
var turns struct {
	sync.Mutex // guards what follows, and the turns
	files      map[Handle]*turn
}

// take takes the turn, or says what to wait for.
func takeTurn(h *rt.Hub, f Handle) (t *turn, mine bool) {
	turns.Lock()
	defer turns.Unlock()
	t = turns.files[f]
	if t == nil {
		if turns.files == nil {
			turns.files = map[Handle]*turn{}
		}
		t = &turn{users: 1, hub: h}
		turns.files[f] = t
		return t, true
	}
	t.users++
	if t.free == nil {
		t.free = rt.NewSemaphore(0)
	}
	return t, false
}

// got notes whose turn it is. It returns false if the wait for it timed out, and who has
// it is still there.
func (t *turn) got(h *rt.Hub, acquired bool) bool {
	turns.Lock()
	defer turns.Unlock()
	if !acquired {
		if t.hub == nil || !t.hub.Closed() {
			return false
		}
		t.users-- // who has it will not come back
	}
	t.hub = h
	return true
}

// leave is for who has the turn, or gives up waiting for it.
func (t *turn) leave(f Handle, had bool) {
	turns.Lock()
	defer turns.Unlock()
	t.users--
	switch {
	case t.users == 0:
		delete(turns.files, f)
	case had:
		t.hub = nil
		t.free.Release()
	}
}
