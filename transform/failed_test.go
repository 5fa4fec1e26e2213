package transform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/diag"
	"github.com/greengen/greengen/transform/ir"
)

// A pass that panics on a function costs that function its twin, nothing else.
func TestPassPanics(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	write("go.mod", "module example.com/m\n\ngo 1.26.0\n")
	write("m.go", `package m

import "time"

//greengen:patch
func outer() { bad(); time.Sleep(1) }

func bad() { time.Sleep(2) }
`)
	saved := passes
	t.Cleanup(func() { passes = saved })
	passes = append(saved[:len(saved):len(saved)], pass{"trip", "panics", func(u *ir.Unit, _ *diag.Reporter) {
		for _, f := range u.Packages[0].Funcs {
			if f.Color == ir.Green {
				u.Now = f
				if f.Obj.Name() == "bad" {
					panic("tripped")
				}
			}
		}
	}})
	res, err := Run(Config{Dir: dir, Patterns: []string{"."}, Weave: true})
	require.NoError(t, err)
	colors := map[string]ir.Color{}
	for _, f := range res.Unit.Packages[0].Funcs {
		colors[f.Obj.Name()] = f.Color
		if f.Obj.Name() == "bad" {
			require.Contains(t, f.Reason, "tripped")
		}
	}
	require.Equal(t, map[string]ir.Color{"outer": ir.Green, "bad": ir.Offloaded}, colors)
	require.Len(t, res.Files, 1)
}
