package transform_test

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform"
)

// excused are complaints about twins that are right about the source, or see
// through the runtime.
var excused = map[complaint]string{
	{"results", "this value of z is never used (SA4006)"}:                                         "so it is in the source, in a form that staticcheck does not look at",
	{"goexit", "this value of n is never used (SA4006)"}:                                          "it sees that Goexit does not return, in the twin only",
	{"goexit_through_defers", "this value of n is never used (SA4006)"}:                           "as in goexit",
	{"once_and_map", "this value of _f is never used (SA4006)"}:                                   "as in goexit",
	{"xsync_singleflight", "this value of _f is never used (SA4006)"}:                             "as in goexit",
	{"goexit_through_defers", "this value of log is never used (SA4006)"}:                         "as in goexit",
	{"blank_and_labels", "the surrounding loop is unconditionally terminated (SA4004)"}:           "so it is in the source, with a label",
	{"defer_forms", "ToUpper doesn't have side effects and its return value is ignored (SA4017)"}: "so it is in the source, deferred",
}

// TestVet checks generated code as its users' linters will: what they find in a
// twin they find in what it was made from.
func TestVet(t *testing.T) {
	all := asked(programs(t))
	s := newScratch(t, all)
	tools := [][]string{{"go", "vet", "./..."}, {s.staticcheck(), "./..."}}
	before := make([]map[complaint]bool, len(tools))
	for i, tool := range tools {
		before[i] = s.complaints(tool)
	}
	res, err := transform.Run(transform.Config{Dir: s.dir, Patterns: []string{"./..."}, All: true, Preempt: true, Env: s.environ()})
	require.NoError(t, err)
	require.NotEmpty(t, res.Files)
	for _, f := range res.Files {
		require.NoError(t, os.WriteFile(f.Path, f.Data, 0o666))
	}
	var more []complaint
	for i, tool := range tools {
		for c := range s.complaints(tool) {
			if !before[i][c] && excused[c] == "" {
				more = append(more, c)
			}
		}
	}
	require.Empty(t, more)
}

// complaint is what a linter says, its position apart.
type complaint struct{ program, text string }

var position = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./)?(\w+)/\S+\.go:\d+(?::\d+)?: (.*)$`)

// complaints runs a linter, which exits with 1 if it finds something.
func (s *scratch) complaints(tool []string) map[complaint]bool {
	s.t.Helper()
	cmd := exec.Command(tool[0], tool[1:]...)
	cmd.Dir, cmd.Env = s.dir, s.environ()
	out, err := cmd.CombinedOutput()
	found := map[complaint]bool{}
	for _, m := range position.FindAllSubmatch(out, -1) {
		found[complaint{string(m[1]), string(m[2])}] = true
	}
	var exit *exec.ExitError
	if len(found) == 0 || !errors.As(err, &exit) {
		require.NoError(s.t, err, "%s", out)
	}
	return found
}

// staticcheck builds the tool in the version of go.mod.
func (s *scratch) staticcheck() string {
	s.t.Helper()
	name := s.bin(asIs) + "staticcheck"
	out, err := exec.Command("go", "build", "-o", name, "honnef.co/go/tools/cmd/staticcheck").CombinedOutput()
	require.NoError(s.t, err, "%s", out)
	return name
}
