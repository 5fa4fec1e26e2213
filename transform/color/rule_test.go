package color

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMayImport(t *testing.T) {
	for _, c := range []struct {
		from, path string
		want       bool
	}{
		{"example.com/a", "example.com/b/twins", true},
		{"example.com/a/x", "example.com/a/internal/twins", true},
		{"example.com/a", "example.com/a/internal", true},
		{"example.com/b", "example.com/a/internal/twins", false},
		{"example.com/ab", "example.com/a/internal/twins", false},
		{"example.com/a/b", "example.com/a/b/internal/c/internal/d", false},
		{"example.com/a", "example.com/a/internals", true},
	} {
		require.Equal(t, c.want, mayImport(c.from, c.path), "%s imports %s", c.from, c.path)
	}
}
