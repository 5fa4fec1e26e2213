package load

import (
	"go/ast"
	"regexp"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

// nearly matches comments that are, or were meant as, directives. Go's rule for
// directives, no blank behind the slashes and lower case, is easily missed. Prose
// may begin with the name, "// greengen: a generator": so behind a blank, a
// directive is all there is.
var nearly = regexp.MustCompile(`(?i)^//(?:` +
	`\s+greengen:(?:\w+|\s*(?:patch|skip|offload))\s*$|` +
	`greengen(?::|\s+(?:patch|skip|offload)\b|\s*$))`)

// unused reports a comment that is, or was meant as, a directive, and marks nothing.
func (m *marker) unused(c *ast.Comment) {
	if !nearly.MatchString(c.Text) {
		return
	}
	rest, exact := strings.CutPrefix(c.Text, prefix)
	fields := strings.Fields(rest)
	known := len(fields) > 0 && directives[fields[0]] != ir.NoMark
	switch {
	case !exact, known && !strings.HasPrefix(rest, fields[0]):
		m.misspelled(c)
	case parseDirective(c.Text) != ir.NoMark:
		m.report(c, "misplaced-directive", strings.TrimSpace(c.Text)+" stands before no function, type or package clause",
			"move it to the doc comment of what it is meant for, with no empty line between")
	case known:
		m.report(c, "malformed-directive", prefix+fields[0]+" takes no argument",
			"remove what follows it; a comment can stand on a line of its own")
	default:
		m.report(c, "unknown-directive", "unknown directive "+strings.TrimSpace(c.Text),
			"the directives are patch, skip and offload")
	}
}

// misspelled reports a directive that only looks like one.
func (m *marker) misspelled(c *ast.Comment) {
	text := strings.TrimSpace(c.Text)
	hint := "write //greengen:patch, //greengen:skip or //greengen:offload"
	words := strings.Fields(strings.ReplaceAll(strings.ToLower(text[len("//"):]), ":", " "))
	if len(words) > 1 && directives[words[1]] != ir.NoMark {
		hint = "write " + prefix + words[1]
	}
	m.report(c, "malformed-directive", text+" is not read as a directive", hint)
}
