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
	if n > 0 {
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
	spans, err := mutate.Spans([]byte(src), ".Block")
	require.NoError(t, err)
	var texts []string
	for _, s := range spans {
		first, _, _ := strings.Cut(src[s.From:s.To], "\n")
		texts = append(texts, first)
	}
	require.Equal(t, []string{"n++", "if n > 0 {", "g(`a", "break L", "switch {", "h()"}, texts)
}

func TestDeleteKeepsLines(t *testing.T) {
	spans, err := mutate.Spans([]byte(src), ".Block")
	require.NoError(t, err)
	for _, s := range spans {
		out := string(mutate.Delete([]byte(src), s))
		require.Equal(t, strings.Count(src, "\n"), strings.Count(out, "\n"))
		require.Len(t, out, len(src))
		require.NotContains(t, out, src[s.From:s.To])
	}
}
