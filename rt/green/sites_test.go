package green

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBaseOf(t *testing.T) {
	for symbol, want := range map[string]string{
		"main.each_green[...].func1":                   "main.each",
		"main.resume_each[...]":                        "main.each",
		"main.resume_set_add[...]":                     "main.set_add",
		"main.(*set[...]).add_green.func2.func3":       "main.set_add",
		"main.set[...].add_green.func1":                "main.set_add",
		"example.com/a.b/c.each_func1_green[...].func": "example.com/a.b/c.each_func1",
		"": "",
	} {
		require.Equal(t, want, baseOf(symbol), symbol)
	}
}

// A place of a generic function is known by the name of its code.
func TestDescribeGeneric(t *testing.T) {
	old := Locate
	defer func() { Locate = old }()
	Locate = func(uintptr) (string, string, int, bool) { return "p.each_green[...].func1", "", 0, true }
	DescribeGeneric("p.each", "p.each", "f.go", 7, 9)
	name, file, line, ok := Place{1, 1}.Where()
	require.Equal(t, []any{"p.each", "f.go", 7, true}, []any{name, file, line, ok})
	_, _, line, _ = Place{1, PCDefers}.Where()
	require.Equal(t, 9, line)
}
