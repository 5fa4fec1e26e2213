package rt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPatched(t *testing.T) {
	for name, want := range map[string]bool{
		"net.Dial": true, "sync.(*Mutex).Lock": true, "io.Copy": true, "bufio.ReadWriter.Flush": true, "time.Sleep": true,
		"net.LookupHost": false, "Dial": false, "net.Dia": false, "": false, "strings.ToLower": false, "net.Dial\nnet.DialTCP": false,
	} {
		require.Equal(t, want, Patched(name), name)
	}
}
