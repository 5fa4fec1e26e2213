package outcome

import (
	"bytes"
	"fmt"
)

// Level is how much of a trace must be equal.
type Level string

// From strict to lax.
const (
	ByOrder  Level = "order"
	ByCounts Level = "counts"
	BySet    Level = "set"
	ByNone   Level = "none"
)

// LevelOf returns what all runs have in common.
func LevelOf(runs ...*Outcome) Level {
	level := ByOrder
	first := runs[0].Trace
	if first == nil {
		return ByNone
	}
	for _, r := range runs[1:] {
		switch {
		case level == ByOrder && r.Trace.Order == first.Order && r.Trace.Entered == first.Entered:
		case (level == ByOrder || level == ByCounts) && r.Trace.Counts() == first.Counts():
			level = ByCounts
		case level != ByNone && r.Trace.Set() == first.Set():
			level = BySet
		default:
			level = ByNone
		}
	}
	return level
}

// Diff is a difference between two runs.
type Diff struct {
	Cause  string // a few words, the same for differences of one kind
	Detail string
}

// Compare returns the first difference between a and b, nil if they are equal.
func Compare(a, b *Outcome, level Level) *Diff {
	switch {
	case b.Exit == "timeout" && a.Exit != "timeout":
		return &Diff{"timeout", fmt.Sprintf("after %.1f s; %s", b.Took.Seconds(), tail(Normal(b.Stderr)))}
	case a.Exit != b.Exit:
		return &Diff{"exit code", fmt.Sprintf("%s, want %s; stderr: %s", b.Exit, a.Exit, tail(Normal(b.Stderr)))}
	case !bytes.Equal(a.Stdout, b.Stdout):
		return &Diff{"stdout", firstDiff(a.Stdout, b.Stdout)}
	case !bytes.Equal(Normal(a.Stderr), Normal(b.Stderr)):
		return &Diff{"stderr", firstDiff(Normal(a.Stderr), Normal(b.Stderr))}
	}
	return compareTraces(a.Trace, b.Trace, level)
}

func compareTraces(a, b *Trace, level Level) *Diff {
	if a == nil || b == nil {
		return nil
	}
	equal := true
	switch level {
	case ByOrder:
		equal = a.Order == b.Order && a.Entered == b.Entered
	case ByCounts:
		equal = a.Counts() == b.Counts()
	case BySet:
		equal = a.Set() == b.Set()
	}
	if equal && b.Stray == 0 {
		return nil
	}
	if a.Counts() == b.Counts() {
		return &Diff{"trace order", fmt.Sprintf("%016x, want %016x; %d blocks each", b.Order, a.Order, b.Entered)}
	}
	return &Diff{"trace counts", a.counts(b)}
}

// counts tells about the first blocks that a and b entered differently often.
func (t *Trace) counts(b *Trace) string {
	var text string
	shown := 0
	for n := 1; n <= len(t.Early) && shown < 5; n++ {
		if t.Count(n) != b.Count(n) {
			text += fmt.Sprintf("block %d entered %d times, want %d; ", n, b.Count(n), t.Count(n))
			shown++
		}
	}
	return text + fmt.Sprintf("%d blocks in all, want %d", b.Entered, t.Entered)
}

func tail(b []byte) string {
	const most = 300
	if len(b) > most {
		b = b[:most]
	}
	return fmt.Sprintf("%q", b)
}

// firstDiff shows both texts from the line on where they part.
func firstDiff(a, b []byte) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	line := 1 + bytes.Count(a[:n], []byte("\n"))
	start := bytes.LastIndexByte(a[:n], '\n') + 1
	return fmt.Sprintf("line %d: %s, want %s", line, tail(b[start:]), tail(a[start:]))
}
