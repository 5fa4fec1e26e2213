package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/rules"
)

func TestParse(t *testing.T) {
	got, errs := rules.Parse("# a comment\n\n" +
		"example.com/db: native Wait Wait_green\n" +
		"example.com/db: native (*Conn).Query example.com/db.v2/green.Conn_Query hub # why\r\n" +
		"\tgopkg.in/yaml.v3:  plain Marshal Node.IsZero\n" +
		"example.com/db: offload Load\n" +
		"example.com/db: blocks Store.Get\n" +
		"example.com/asm: skip")
	require.Empty(t, errs)
	require.Equal(t, []rules.Rule{
		{3, 24, "example.com/db", rules.Native, "Wait", "example.com/db.Wait_green", ""},
		{4, 24, "example.com/db", rules.Native, "(*Conn).Query", "example.com/db.v2/green.Conn_Query", "hub"},
		{5, 27, "gopkg.in/yaml.v3", rules.Plain, "Marshal", "", ""},
		{5, 35, "gopkg.in/yaml.v3", rules.Plain, "Node.IsZero", "", ""},
		{6, 25, "example.com/db", rules.Offload, "Load", "", ""},
		{7, 24, "example.com/db", rules.Blocks, "Store.Get", "", ""},
		{8, 18, "example.com/asm", rules.Skip, "", "", ""},
	}, got)
	require.Equal(t, "gopkg.in/yaml.v3.Node.IsZero", got[3].Key())
	require.Equal(t, "example.com/asm", got[6].Key())
}

// Each line that is no rule is reported, at the word at fault; the others are read.
func TestParseErrors(t *testing.T) {
	for line, want := range map[string]string{
		"plain F":                        "1:1: a rule begins with an import path and a colon",
		": plain F":                      "1:1: a rule begins with an import path and a colon",
		"a/b : plain F":                  "1:1: a rule begins with an import path and a colon",
		"a/b:":                           "1:1: the rule for a/b says nothing",
		"a/b: # plain F":                 "1:1: the rule for a/b says nothing",
		"a/b: green F":                   "1:6: unknown rule green",
		"a/b: Plain F":                   "1:6: unknown rule Plain",
		"a/b: plain":                     "1:6: plain of no function",
		"a/b: plain a/b.F":               "1:12: a/b.F names no function",
		"a/b: plain F, G":                "1:12: F, names no function",
		"a/b: plain F (T).M":             "1:14: (T).M names no function",
		"a/b: plain (*T.M":               "1:12: (*T.M names no function",
		"a/b: plain T.":                  "1:12: T. names no function",
		"a/b: plain T.M.N":               "1:12: T.M.N names no function",
		"a/b: plain func":                "1:12: func names no function",
		"a/b: native F":                  "1:6: native takes one function and its twin",
		"a/b: native F a/c.F x y":        "1:6: native takes one function and its twin",
		"a/b: native F a/c.(*T).F_green": "1:15: a/c.(*T).F_green names no function",
		"a/b: native F a/c":              "1:15: a/c names no function",
		"a/b: native F .G":               "1:15: .G names no function",
		"a/b: skip F":                    "1:11: skip is for the whole package",
	} {
		list, errs := rules.Parse(line + "\na/c: plain F\n")
		require.Len(t, errs, 1, line)
		require.EqualError(t, errs[0], want, line)
		require.NotEmpty(t, errs[0].Hint)
		require.Equal(t, 2, list[len(list)-1].Line, line)
	}
	_, errs := rules.Parse("a\nb\nc: go\n")
	require.Len(t, errs, 3)
	require.True(t, errs[2].Unknown)
}

// Whatever a file has in it, it is read or reported, and no position lies outside.
func FuzzParse(f *testing.F) {
	f.Add("a/b: native (*T).M c.d/e.F hub\n# x\na/b: skip")
	f.Fuzz(func(t *testing.T, text string) {
		list, errs := rules.Parse(text)
		for _, r := range list {
			require.Positive(t, r.Line)
			require.Positive(t, r.Col)
			require.NotEmpty(t, r.Package)
		}
		for _, e := range errs {
			require.Positive(t, e.Col)
			require.NotEmpty(t, e.Msg)
		}
	})
}
