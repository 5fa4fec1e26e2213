package weave

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchesAny(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"golang.org/x/sync/...", "golang.org/x/sync", true},
		{"golang.org/x/sync/...", "golang.org/x/sync/errgroup", true},
		{"golang.org/x/sync/...", "golang.org/x/syncing", false},
		{"golang.org/x/sync", "golang.org/x/sync/errgroup", false},
		{"golang.org/x/sync/errgroup", "golang.org/x/sync/errgroup", true},
		{"golang.org/x/sync/errgroup", "golangXorg/x/sync/errgroup", false},
		{"example.com/.../lock", "example.com/a/b/lock", true},
		{"example.com/.../lock", "example.com/a/b/locks", false},
		{"...", "example.com/a", true},
	} {
		require.Equal(t, c.want, matchesAny([]string{"none.example/...", c.pattern}, c.path), "%s %s", c.pattern, c.path)
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		pattern, module string
		want            bool
	}{
		{"golang.org/x/sync/...", "golang.org/x/sync", true},
		{"golang.org/x/sync/errgroup", "golang.org/x/sync", true},
		{"golang.org/x/...", "golang.org/x/sync", true},
		{"golang.org/x/sync", "golang.org/x/sync", true},
		{"golang.org/x/sync/...", "golang.org/x/syncing", false},
		{"golang.org/x/sync/...", "golang.org/x/tools", false},
		{"...", "golang.org/x/tools", true},
		{"example.com/.../lock", "example.com/a", true},
	} {
		require.Equal(t, c.want, near(c.pattern, c.module), "%s %s", c.pattern, c.module)
	}
}

func TestOld(t *testing.T) {
	for version, want := range map[string]bool{"": true, "1.9": true, "1.17": true, "1.18": false, "1.21.3": false, "1.26rc1": false, "2": false} {
		require.Equal(t, want, old(version), version)
	}
}

func TestWithPatterns(t *testing.T) {
	all := func(with ...string) []string { return (&Options{All: true, With: with}).with() }
	require.Equal(t, usual, all())
	require.Equal(t, []string{usual[0], "a", "b/..."}, all("a", "b/..."))
	require.Equal(t, []string{"a"}, all("a", None))
	require.Empty(t, all(None))
	require.Equal(t, []string{"a"}, (&Options{With: []string{"a"}}).with())
	require.Empty(t, (&Options{}).with())
}
