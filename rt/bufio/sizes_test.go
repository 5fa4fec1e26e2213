package bufio

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// One word more costs each conn that waits the next size class.
func TestSizes(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(source{}), uintptr(48))
	require.LessOrEqual(t, unsafe.Sizeof(waitFrame{}), uintptr(48))
}
