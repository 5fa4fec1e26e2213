package exec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEdges(t *testing.T) {
	for what, want := range map[string]string{
		"":             "",
		"abc":          "abc",
		"abcdef":       "abcdef",
		"abcdefg":      "abc\n... omitting 1 bytes ...\nefg",
		"abcdefghijkl": "abc\n... omitting 6 bytes ...\njkl",
	} {
		for n := 1; n <= 12; n++ { // bytes a write
			e := &edges{n: 3}
			for rest := what; rest != ""; {
				part := rest[:min(n, len(rest))]
				k, err := e.Write([]byte(part))
				require.NoError(t, err)
				require.Len(t, part, k)
				rest = rest[k:]
			}
			require.Equal(t, want, string(e.bytes()), "%q", what)
		}
	}
}
