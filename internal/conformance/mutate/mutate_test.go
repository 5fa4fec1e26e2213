package mutate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/internal/conformance/mutate"
)

const src = `package p

func f(n int) {
	t.Block(1)
	var x int
	n++
	if n > 0 { t.Block(2);
		g(` + "`a\nb`" + `)
	}
L:
	for {
		break L
	}
	switch {
	case true:
		h()
	}
}
`

func TestSpans(t *testing.T) {
	spans, err := mutate.Spans([]byte(src))
	require.NoError(t, err)
	var texts []string
	for _, s := range spans {
		first, _, _ := strings.Cut(src[s.From:s.To], "\n")
		texts = append(texts, first)
	}
	require.Equal(t, 1, spans[0].Block)
	require.Equal(t, 2, spans[2].Block)
	require.Zero(t, spans[3].Block)
	require.Equal(t, []string{"n++", "if n > 0 { t.Block(2);", "g(`a", "break L", "switch {", "h()"}, texts)
}

func TestDeleteKeepsLines(t *testing.T) {
	spans, err := mutate.Spans([]byte(src))
	require.NoError(t, err)
	for _, s := range spans {
		out := string(mutate.Delete([]byte(src), s))
		require.Equal(t, strings.Count(src, "\n"), strings.Count(out, "\n"))
		require.Len(t, out, len(src))
		require.NotContains(t, out, src[s.From:s.To])
	}
}
