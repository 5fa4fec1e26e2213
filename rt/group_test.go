package rt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Who hears of a member on a goroutine finds it in the Group.
func TestGroupHasWhoRuns(t *testing.T) {
	for range 20000 {
		var p Group
		var begun, over Event
		go p.Spawn(func() {
			begun.Set()
			over.Wait()
		})
		begun.Wait()
		require.Equal(t, 1, p.Len())
		require.False(t, p.JoinTimeout(0))
		over.Set()
		p.Join()
	}
}
