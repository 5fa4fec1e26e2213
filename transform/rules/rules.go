package rules

import (
	"fmt"
	"go/token"
	"strings"
)

// File is the name of a module's rule file, in the module's root.
const File = "greengen.rules"

// A Rule is what a line says of a function, or of a package.
type Rule struct {
	Line, Col int // of the function's name; of the verb if it is for the package
	Package   string
	Verb      Verb
	Name      string // F, T.M or (*T).M; "" is the package
	Twin      string // of Native: import/path.F
	How       string // the word behind it, if any
}

// Key names the function as color's tables do: time.Sleep, bufio.(*Reader).ReadByte.
func (r Rule) Key() string {
	if r.Name == "" {
		return r.Package
	}
	return r.Package + "." + r.Name
}

// Verb is what becomes of a function.
type Verb string

const (
	Native  Verb = "native"  // a function written by hand is its twin
	Plain   Verb = "plain"   // it never blocks, if what it is handed does not
	Blocks  Verb = "blocks"  // it may block
	Offload Verb = "offload" // it may block, and workers call it, whatever twin it has
	Skip    Verb = "skip"    // of a package: it is left as it is
)

// Error is a line that is no rule.
type Error struct {
	Line, Col int
	Unknown   bool // its verb is
	Msg, Hint string
}

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }

// Parse reads rules, and reports all lines that are none.
func Parse(text string) (list []Rule, errs []*Error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		p := parser{line: n}
		p.words = words(line)
		if len(p.words) > 0 {
			p.rule()
		}
		list, errs = append(list, p.rules...), append(errs, p.errs...)
	}
	return list, errs
}

type word struct {
	col  int
	text string
}

// words splits a line; a word that begins with # begins a comment.
func words(line string) (list []word) {
	for i := 0; i < len(line); {
		if strings.IndexByte(" \t\r\n", line[i]) >= 0 {
			i++
			continue
		}
		if line[i] == '#' {
			break
		}
		n := strings.IndexAny(line[i:], " \t\r\n")
		if n < 0 {
			n = len(line) - i
		}
		list = append(list, word{i + 1, line[i : i+n]})
		i += n
	}
	return list
}

// parser reads one line.
type parser struct {
	line  int
	words []word
	rules []Rule
	errs  []*Error
}

func (p *parser) fail(w word, msg, hint string) {
	p.errs = append(p.errs, &Error{Line: p.line, Col: w.col, Msg: msg, Hint: hint})
}

func (p *parser) rule() {
	pkg, ok := strings.CutSuffix(p.words[0].text, ":")
	switch {
	case !ok || pkg == "":
		p.fail(p.words[0], "a rule begins with an import path and a colon", "write it as example.com/pkg: plain Func")
		return
	case len(p.words) == 1:
		p.fail(p.words[0], "the rule for "+pkg+" says nothing", verbs)
		return
	}
	verb, names := p.words[1], p.words[2:]
	r := Rule{Line: p.line, Package: pkg, Verb: Verb(verb.text)}
	switch r.Verb {
	case Native:
		p.native(r, verb, names)
	case Plain, Blocks, Offload:
		if len(names) == 0 {
			p.fail(verb, verb.text+" of no function", "name functions behind it: F, T.M or (*T).M")
		}
		for _, w := range names {
			p.function(r, w)
		}
	case Skip:
		if len(names) > 0 {
			p.fail(names[0], "skip is for the whole package", "to leave single functions to workers, say offload")
			return
		}
		r.Col = verb.col
		p.rules = append(p.rules, r)
	default:
		p.fail(verb, "unknown rule "+verb.text, verbs)
		p.errs[len(p.errs)-1].Unknown = true
	}
}

const verbs = "a package's rules are native, plain, blocks, offload and skip"

// native reads F TWIN, and perhaps one word more. A twin without a path is of the same package.
func (p *parser) native(r Rule, verb word, names []word) {
	if len(names) != 2 && len(names) != 3 {
		p.fail(verb, "native takes one function and its twin", "write it as example.com/pkg: native Func example.com/twins.Func_green")
		return
	}
	r.Twin = names[1].text
	path, name := CutTwin(r.Twin)
	if path == "" && !strings.Contains(r.Twin, ".") {
		r.Twin = r.Package + "." + name
	} else if path == "" {
		name = ""
	}
	if !token.IsIdentifier(name) || strings.ContainsAny(path, "()*") {
		p.fail(names[1], names[1].text+" names no function", "a twin is a function: F, or example.com/twins.F")
		return
	}
	if len(names) == 3 {
		r.How = names[2].text
	}
	p.function(r, names[0])
}

func (p *parser) function(r Rule, w word) {
	if !isFunction(w.text) {
		p.fail(w, w.text+" names no function", "write F, T.M or (*T).M, without the package")
		return
	}
	r.Name, r.Col = w.text, w.col
	p.rules = append(p.rules, r)
}

// isFunction reports whether s is F, T.M or (*T).M.
func isFunction(s string) bool {
	recv, name, method := strings.Cut(s, ".")
	if !method {
		return token.IsIdentifier(s)
	}
	if in, ok := strings.CutPrefix(recv, "(*"); ok {
		recv, ok = strings.CutSuffix(in, ")")
		if !ok {
			return false
		}
	}
	return token.IsIdentifier(recv) && token.IsIdentifier(name)
}

// CutTwin parts a twin's import path from its name.
func CutTwin(twin string) (path, name string) {
	i := strings.LastIndexByte(twin, '.')
	if i < 0 {
		return "", twin
	}
	return twin[:i], twin[i+1:]
}
