package outcome

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNormal(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"stacks are cut", "before\npanic: boom\n\ngoroutine 1 [running]:\nmain.f()\n\t/x.go:3\n", "before\npanic: boom"},
		{"chain stays", "panic: a [recovered]\n\tpanic: b\n\ngoroutine 7 gp=0xc000002380 m=0 [running]:\nx\n", "panic: a [recovered]\n\tpanic: b"},
		{"signal line stays", "panic: nil\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48c2f1]\n\ngoroutine 1 [running]:\n",
			"panic: nil\n[signal SIGSEGV: segmentation violation code=0x1 addr=0xNIL pc=0xADDR]"},
		{"deadlock", "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nx", "fatal error: all goroutines are asleep - deadlock!"},
		{"runtime stack", "runtime: limit\nfatal error: stack overflow\n\nruntime stack:\nx", "runtime: limit\nfatal error: stack overflow"},
		{"addresses", "p=0xc000123450 small=0x10\n", "p=0xADDR small=0x10\n"},
		{"a jump to nil", "[signal SIGSEGV: x code=0x1 addr=0x0 pc=0x0]\n", "[signal SIGSEGV: x code=0x1 addr=0xNIL pc=0xADDR]\n"},
		{"package log", "2026/01/02 03:04:05 x\n", "TIME x\n"},
		{"a stack that was printed on purpose stays", "goroutine 12 [running]:\nmain.f()\n", "goroutine N [running]:\nmain.f()\n"},
		{"the word panic inside a line", "no panic: here\ngoroutine 3 [x]:\n", "no panic: here\ngoroutine N [x]:\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, string(Normal([]byte(test.in)))) })
	}
}

func run(order uint64, counts ...uint64) *Outcome {
	t := &Trace{Order: order, Plain: counts, Early: make([]uint64, len(counts)), Twin: make([]uint64, len(counts))}
	for _, c := range counts {
		t.Entered += c
	}
	return &Outcome{Exit: "exit 0", Trace: t}
}

func TestLevelOf(t *testing.T) {
	a := run(1, 5, 0)
	require.Equal(t, ByOrder, LevelOf(a, a, a))
	require.Equal(t, ByCounts, LevelOf(a, a, run(2, 5, 0)))
	require.Equal(t, BySet, LevelOf(a, run(2, 5, 0), run(3, 7, 0)))
	require.Equal(t, BySet, LevelOf(a, run(3, 7, 0), a), "a level never rises again")
	require.Equal(t, ByNone, LevelOf(a, run(3, 7, 1), a))
	require.Equal(t, ByNone, LevelOf(&Outcome{}, a))
}

func TestCompare(t *testing.T) {
	a := run(1, 5, 3)
	cause := func(b *Outcome, level Level) string {
		if d := Compare(a, b, level); d != nil {
			return d.Cause
		}
		return ""
	}
	require.Empty(t, cause(run(1, 5, 3), ByOrder))
	require.Equal(t, "trace order", cause(run(2, 5, 3), ByOrder))
	require.Empty(t, cause(run(2, 5, 3), ByCounts))
	require.Equal(t, "trace counts", cause(run(2, 6, 3), ByCounts))
	require.Empty(t, cause(run(2, 6, 3), BySet))
	require.Equal(t, "trace counts", cause(run(2, 6, 0), BySet))
	require.Empty(t, cause(run(2, 6, 0), ByNone))
	for want, change := range map[string]func(*Outcome){
		"exit code": func(o *Outcome) { o.Exit = "exit 2" },
		"timeout":   func(o *Outcome) { o.Exit = "timeout" },
		"stdout":    func(o *Outcome) { o.Stdout = []byte("x") },
		"stderr":    func(o *Outcome) { o.Stderr = []byte("x") },
	} {
		b := run(1, 5, 3)
		change(b)
		require.Equal(t, want, cause(b, ByOrder))
	}
}

func shell(t *testing.T, script string) *Outcome {
	t.Helper()
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	o, err := Run(t.Context(), Command{Path: sh, Args: []string{"-c", script}, Timeout: 10 * time.Second, Scratch: t.TempDir()})
	require.NoError(t, err)
	return o
}

func TestRun(t *testing.T) {
	o := shell(t, "echo out; echo err >&2; exit 3")
	require.Equal(t, "exit 3", o.Exit)
	require.Equal(t, "out\n", string(o.Stdout))
	require.Equal(t, "err\n", string(o.Stderr))
	require.Equal(t, "signal: terminated", shell(t, "kill -TERM $$").Exit)
	require.Equal(t, "too much output", shell(t, "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done").Exit[:15])
}

func TestRunTimesOut(t *testing.T) {
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	o, err := Run(t.Context(), Command{Path: sh, Args: []string{"-c", "sleep 100 & sleep 100"}, Timeout: 100 * time.Millisecond, Scratch: t.TempDir()})
	require.NoError(t, err)
	require.Equal(t, "timeout", o.Exit)
	require.Less(t, o.Took, 5*time.Second)
}

func TestTraceFile(t *testing.T) {
	name := t.TempDir() + "/trace"
	require.NoError(t, newTrace(name, 3, 2, 0))
	tr, err := readTrace(name)
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 0, 0}, tr.Twin)
	require.NoError(t, os.Truncate(name, 64))
	_, err = readTrace(name)
	require.Error(t, err)
}

func TestRunIsCancelled(t *testing.T) {
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Run(ctx, Command{Path: sh, Args: []string{"-c", "sleep 100"}, Timeout: time.Minute, Scratch: t.TempDir()})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
