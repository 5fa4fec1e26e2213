package transform_test

import (
	"errors"
	"go/format"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
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
// twin they find in what it was made from, and gofmt finds nothing.
func TestVet(t *testing.T) {
	all := asked(programs(t))
	s := newScratch(t, all)
	res, err := transform.Run(transform.Config{Dir: s.dir, Patterns: []string{"./..."}, All: true, Preempt: true, Env: s.environ()})
	require.NoError(t, err)
	require.NotEmpty(t, res.Files)
	for _, f := range res.Files {
		clean, err := format.Source(f.Data)
		require.NoError(t, err)
		require.Equal(t, string(clean), string(f.Data), "gofmt would change %s", f.Path)
		require.NoError(t, os.WriteFile(f.Path, f.Data, 0o666))
	}
	var more []complaint
	met := map[complaint]bool{}
	for _, tool := range [][]string{{"go", "vet", "./..."}, {s.staticcheck(), "./..."}} {
		sources, twins := s.complaints(tool)
		for c := range twins {
			switch {
			case sources[c]:
			case excused[c] != "":
				met[c] = true
			default:
				more = append(more, c)
			}
		}
	}
	require.Empty(t, more)
	for c := range excused {
		require.True(t, met[c] || !slices.ContainsFunc(all, func(p *program) bool { return p.name == c.program }), "needs no excuse: %v", c)
	}
}

// complaint is what a linter says, its position apart.
type complaint struct{ program, text string }

var position = regexp.MustCompile(`(?m)^(?:vet: )?(?:\./)?(\w+)/(\S+)\.go:\d+(?::\d+)?: (.*)$`)

// complaints runs a linter, which exits with 1 if it finds something.
func (s *scratch) complaints(tool []string) (sources, twins map[complaint]bool) {
	s.t.Helper()
	cmd := exec.Command(tool[0], tool[1:]...)
	cmd.Dir, cmd.Env = s.dir, s.environ()
	out, err := cmd.CombinedOutput()
	sources, twins = map[complaint]bool{}, map[complaint]bool{}
	for _, m := range position.FindAllStringSubmatch(string(out), -1) {
		found := sources
		if strings.HasSuffix(m[2], "_green") || strings.HasSuffix(m[2], "_green_test") {
			found = twins
		}
		found[complaint{m[1], m[3]}] = true
	}
	var exit *exec.ExitError
	if len(sources)+len(twins) == 0 || !errors.As(err, &exit) {
		require.NoError(s.t, err, "%s", out)
	}
	return sources, twins
}

// staticcheck builds the tool in the version of go.mod.
func (s *scratch) staticcheck() string {
	s.t.Helper()
	name := s.bin(asIs) + "staticcheck"
	out, err := exec.Command("go", "build", "-o", name, "honnef.co/go/tools/cmd/staticcheck").CombinedOutput()
	require.NoError(s.t, err, "%s", out)
	return name
}
