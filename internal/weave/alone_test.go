package weave

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/load"
)

// What the runtime imports is no matter, what its packages for std and the program do is.
func TestBesideRT(t *testing.T) {
	deps := []listedPackage{
		{ImportPath: "context", DepOnly: true, Standard: true},
		{ImportPath: load.RT, DepOnly: true, Imports: []string{"context"}},
		{ImportPath: "net", DepOnly: true, Standard: true, Imports: []string{"context"}},
		{ImportPath: load.RT + "/net", DepOnly: true, Imports: []string{load.RT, "net"}},
	}
	paths := func(imports ...string) (list []string) {
		w := &weaver{listed: append(deps[:len(deps):len(deps)], listedPackage{ImportPath: "p", Imports: imports})}
		for _, p := range w.besideRT() {
			list = append(list, p.ImportPath)
		}
		return list
	}
	require.Equal(t, []string{"p", load.RT}, paths(load.RT))
	require.Equal(t, []string{"p", load.RT, "context"}, paths(load.RT, "context"))
	require.Equal(t, []string{"p", load.RT + "/net", load.RT, "net", "context"}, paths(load.RT+"/net"))
}
