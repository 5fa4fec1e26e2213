package scenarios

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// numbers are those of the situations that users rely on. They have gaps.
const numbers = `1 2 4 5 6 8 9
	10 12 13 14 16 17 18 20 21 22 24
	25 26 28 29 30 32 33 34 36 37 38 40 41 42
	44 45 46 48 49 50 52 53
	54 56 57 58 60 61 62
	64 65 66 68 69 70 72 73 74 76 77 78 80 81 82
	84 85 86 88
	89 90 92 93 94 96
	97 98 100 101 102 104 105 106 108 109 110 112 113 114
	116 117`

// more are those that were added here.
const more = "35 55 63 79 83 95 118 119 120"

// elsewhere are those that need more than a hub that runs a scenario: 114 needs somebody
// beside it who looks, 117 the memory for itself. Their tests have the number in their
// name.
const elsewhere = "114 117"

// Each number is in the name of a scenario, or of a test if it is elsewhere, and no other is.
func TestNumbers(t *testing.T) {
	var have []int
	for _, s := range all {
		n, err := strconv.Atoi(s.name[:3])
		require.NoError(t, err)
		have = append(have, n)
	}
	have = append(have, ints(t, elsewhere)...)
	slices.Sort(have)
	require.Equal(t, ints(t, numbers+" "+more), slices.Compact(have))
	require.Equal(t, ints(t, elsewhere), tested(t))
}

// ints returns the numbers in s, in order.
func ints(t *testing.T, s string) (ns []int) {
	for f := range strings.FieldsSeq(s) {
		n, err := strconv.Atoi(f)
		require.NoError(t, err)
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return ns
}

// tested returns the numbers in the names of rt's tests.
func tested(t *testing.T) []int {
	name := regexp.MustCompile(`(?m)^func TestScenario(\d{3})`)
	var list []string
	require.NoError(t, filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, m := range name.FindAllSubmatch(src, -1) {
			list = append(list, string(m[1]))
		}
		return err
	}))
	return slices.Compact(ints(t, strings.Join(list, " ")))
}
