package scenarios

import (
	"bytes"
	"maps"
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

// Each number is in the name of a scenario or test that runs here, and no other is.
func TestNumbers(t *testing.T) {
	have := map[int]string{}
	note := func(number, where string) {
		n, err := strconv.Atoi(number)
		require.NoError(t, err)
		have[n] = where
	}
	for _, s := range all {
		note(s.name[:3], "scenario "+s.name)
	}
	name := regexp.MustCompile(`(?m)^func TestScenario((?:\d{3}_)*\d{3})`)
	require.NoError(t, filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, m := range name.FindAllSubmatch(src, -1) {
			for n := range bytes.SplitSeq(m[1], []byte("_")) {
				note(string(n), path)
			}
		}
		return err
	}))
	var want []int
	for n := range strings.FieldsSeq(numbers + " " + more) {
		i, err := strconv.Atoi(n)
		require.NoError(t, err)
		want = append(want, i)
	}
	slices.Sort(want)
	require.Equal(t, want, slices.Sorted(maps.Keys(have)), "%v", have)
}
