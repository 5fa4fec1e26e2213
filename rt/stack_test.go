package rt

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
)

// namesIn returns the functions of a stack, and its head.
func namesIn(stack []byte) (head string, names []string) {
	lines := strings.Split(strings.TrimSpace(string(stack)), "\n")
	for i := 1; i < len(lines); i += 2 {
		name := lines[i]
		if j := strings.LastIndexByte(name, '('); j > 0 {
			name = name[:j]
		}
		names = append(names, name)
	}
	return lines[0], names
}

// On a goroutine there is what Go shows, and nothing of this package.
func TestStackOfGoroutine(t *testing.T) {
	head, names := namesIn(Stack())
	require.Regexp(t, `^goroutine \d+ \[running\]:$`, head)
	require.Equal(t, []string{"runtime/debug.Stack", rtPath + ".TestStackOfGoroutine", "testing.tRunner"}, names[:3])

	buf := make([]byte, 1<<10)
	_, names = namesIn(buf[:StackInto(buf, false)])
	require.Equal(t, rtPath+".TestStackOfGoroutine", names[0])
	require.Equal(t, 10, StackInto(buf[:10], false))
	require.Contains(t, string(buf[:StackInto(buf, true)]), "goroutine ")
}

// In a greenlet it ends where the hub begins, in a callback of the hub too.
func TestStackInHub(t *testing.T) {
	var id uint64
	var lists [][]string
	var heads []string
	note := func() {
		head, names := namesIn(Stack())
		lists, heads = append(lists, names), append(heads, head)
	}
	err := Run(task(
		on(func(h *green.Hub) {
			id = HubOf(h).cur.id()
			note()
			HubOf(h).After(time.Microsecond, note)
		}),
		sleep(ms),
		do(note),
	), WithVirtualTime())
	require.NoError(t, err)
	require.Len(t, lists, 3)
	for i, names := range lists {
		require.Equal(t, "runtime/debug.Stack", names[0])
		require.Contains(t, names, rtPath+".TestStackInHub.func1")
		require.NotContains(t, names, rtPath+".(*Hub).turns", "%v", i)
		require.NotContains(t, names, "testing.tRunner")
	}
	want := fmt.Sprintf("goroutine %d [running]:", id)
	require.Equal(t, []string{want, want}, []string{heads[0], heads[2]})
}

func TestPrintStack(t *testing.T) {
	name := filepath.Join(t.TempDir(), "err")
	f, err := os.Create(name)
	require.NoError(t, err)
	old := os.Stderr
	os.Stderr = f
	PrintStack()
	os.Stderr = old
	require.NoError(t, f.Close())
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	_, names := namesIn(text)
	require.Equal(t, []string{"runtime/debug.Stack", "runtime/debug.PrintStack", rtPath + ".TestPrintStack"}, names[:3])
}

// Of a long stack both ends are shown, as Go does.
func TestLongStack(t *testing.T) {
	var text string
	var deep func(n int)
	deep = func(n int) {
		if n > 0 {
			deep(n - 1)
			return
		}
		text = string(Stack())
	}
	require.NoError(t, Run(task(do(func() { deep(300) })), WithVirtualTime()))
	require.Regexp(t, `\n\.\.\.\d+ frames elided\.\.\.\n`, text)
	require.Equal(t, shownInner+shownOuter, strings.Count(text, "\n\t"))
}

func TestNames(t *testing.T) {
	for symbol, want := range map[string]string{
		"main.work_green":                             "main.work",
		"main.resume_work":                            "main.work",
		"main.(*T).get_green":                         "main.(*T).get",
		"main.T.get_green":                            "main.T.get",
		"main.work_func1_green":                       "main.work.func1",
		"main.work_func1_2_green":                     "main.work.func1.2",
		"main.work_green.func2":                       "main.work.func2",
		"main.bind_work_func1.func1":                  "main.work.func1",
		"main.bind_work_func1.func1.2":                "main.work.func1.2",
		"main.bind_T_get_func1.func1":                 "main.(*T).get.func1",
		"main.T_get_func1_green":                      "main.(*T).get.func1",
		"main.V_get_func1_green":                      "main.V_get.func1", // nothing says whether it is a method
		"main.each_green[...]":                        "main.each[...]",
		"main.(*set[...]).add_green":                  "main.(*set[...]).add",
		"main.each_func1_green[...]":                  "main.each[...].func1",
		"main.main_plain":                             "main.main",
		"main.plain":                                  "main.plain",
		"example.com/a.b/c.f_green":                   "example.com/a.b/c.f",
		rtPath + "/io.Copy_green":                     "io.Copy",
		rtPath + "/tls.Client_green":                  "crypto/tls.Client",
		rtPath + "/debug.LogPanics.func1":             rtPath + "/debug.LogPanics.func1",
		"example.com/c_test.Green_TestF_func1_green":  "example.com/c_test.TestF.func1",
		"example.com/c_test.green_helper":             "example.com/c_test.helper",
		"example.com/c_test.(*helper).help_green":     "example.com/c_test.(*helper).help",
		"example.com/c_test.resume_green_helper_help": "example.com/c_test.helper_help",
	} {
		var n namer
		n.see([]runtime.Frame{{Function: "main.(*T).get_green"}})
		file := "f.go"
		if strings.Contains(symbol, "_test.") {
			file = "f_test.go"
		}
		require.Equal(t, want, n.of(runtime.Frame{Function: symbol, File: file}), symbol)
	}
	require.Equal(t, "main.(*set[...]).add", instance("main.(*set).add", true))
	require.Equal(t, "main.set[...].add", instance("main.set.add", true))
	require.Equal(t, "main.each[...].func1", instance("main.each.func1", true))
	require.Equal(t, "a.b/c.each[...]", instance("a.b/c.each", true))
	require.Equal(t, "main.each", instance("main.each", false))
}
