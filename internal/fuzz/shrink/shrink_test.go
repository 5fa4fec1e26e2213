package shrink

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

const program = `package p

import (
	"fmt"
	"os"
)

func unused() { fmt.Println(1) }

func f(n int) int {
	x := n * 2
	_ = x
	if n > 3 {
		for i := range n {
			fmt.Println("needle", i+f(i))
			fmt.Println("hay")
		}
	} else {
		os.Exit(1)
	}
	return n
}

func Main() { fmt.Println(f(3)) }
`

func TestShrink(t *testing.T) {
	fails := func(programs [][]byte) []bool {
		var out []bool
		for _, p := range programs {
			out = append(out, bytes.Contains(p, []byte(`"needle"`)))
		}
		return out
	}
	got := New().Shrink([]byte(program), 50, fails)
	require.Equal(t, `package p

import (
	"fmt"
)

func f(n int) int {

	for i := range n {
		fmt.Println("needle", i)

	}

	return n
}
`, string(got))
}
