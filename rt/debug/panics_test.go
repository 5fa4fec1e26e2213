package debug

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func TestLogPanics(t *testing.T) {
	var out bytes.Buffer
	var g *rt.Greenlet
	went := false
	require.NoError(t, rt.Run(Task(
		On(func(h *green.Hub) {
			g = rt.Spawn_green(h, Task(Do(func() { panic("oh") })))
			g.SetName("victim")
		}),
		func(h *green.Hub) *green.Frame { return g.Join_green(h) },
		Do(func() { went = true }),
	), LogPanics(slog.New(slog.NewJSONHandler(&out, nil)))))
	require.True(t, went)
	var said map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &said))
	require.Equal(t, "oh", said["panic"])
	require.Equal(t, "victim", said["name"])
	require.EqualValues(t, g.ID(), said["greenlet"])
	require.Contains(t, said["text"], "panic: oh\n")
}
