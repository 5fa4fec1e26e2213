package rt

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// programs are run by this test binary when CRASH names one.
var programs = map[string]func(){
	"signalled": func() {
		DumpOn(quit)
		RunMain(task(on(func(*green.Hub) { os.Stdout.WriteString("up\n") }), sleep(time.Hour)))
	},
	"deadlock": func() {
		NobodyElse()
		RunMain(task(yield, func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }))
	},
}

func program(ctx context.Context, name string, env ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	c.Env = append(append(os.Environ(), "CRASH="+name+" "), env...)
	return c
}

// A tree by spawner: a child of one that ended is a root.
func TestDump(t *testing.T) {
	var a, b, c, d *Greenlet
	var out bytes.Buffer
	h := virtual(t,
		spawn(&a,
			spawn(&b, sleep(10*time.Second)),
			spawn(&c, spawn(&d, func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") })),
			join(&b),
		),
		sleep(4*time.Second),
		on(func(h *green.Hub) {
			a.SetName("boss")
			require.NoError(t, HubOf(h).Dump(&out))
		}),
		sleep(0),
	)
	require.Equal(t, uint64(1), a.Parent())
	require.Equal(t, a.ID(), b.Parent())
	require.Equal(t, c.ID(), d.Parent())
	got := strings.Split(out.String(), "\n")
	require.Regexp(t, `^hub \d+, goroutine \d+: 4 greenlets, 0 ready, 0 wait for descriptors, 0 workers, 1 timers$`, got[0])
	require.Equal(t, h.ID(), allHubsLast())
	require.Regexp(t, `^  greenlet 1 \[running\]: `, got[1])
	rest := out.String()[strings.Index(out.String(), "    greenlet 2"):]
	require.Equal(t, `    greenlet 2 [join 3 test.script, 3s]: boss
        test.script script.go:12
      greenlet 3 [sleep, 3s, 6s left]: test.script
          test.script script.go:10
  greenlet 5 [nothing, 3s]: test.script
      test.script script.go:10
`, strings.ReplaceAll(rest, b.Name(), "test.script"))
}

func allHubsLast() uint64 {
	hubs.Lock()
	defer hubs.Unlock()
	return hubs.last
}

// The clock of parked greenlets has 15 bits; nobody may seem younger than he is.
func TestParkedForLong(t *testing.T) {
	var g, fresh *Greenlet
	forever := func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") }
	age := func(g **Greenlet, least, most time.Duration) step {
		return on(func(h *green.Hub) {
			HubOf(h).tick(HubOf(h).Now())
			require.GreaterOrEqual(t, (*g).parkedFor(), least)
			require.LessOrEqual(t, (*g).parkedFor(), most)
		})
	}
	steps := []step{spawn(&g, forever)}
	for hour := range 50 {
		d := time.Duration(hour+1) * time.Hour
		steps = append(steps, sleep(time.Hour), age(&g, min(d-2*time.Second, oldAge), d+2*time.Second))
	}
	for _, gap := range []time.Duration{4 * time.Hour, 9 * time.Hour, 10 * time.Hour, 1000 * time.Hour} {
		steps = append(steps, spawn(&fresh, forever), yield,
			age(&fresh, 0, 2*time.Second), sleep(gap), age(&fresh, min(gap-2*time.Second, oldAge), gap+2*time.Second))
	}
	virtual(t, steps...)
}

func TestSpawnStack(t *testing.T) {
	var with, without *Greenlet
	where := func(g **Greenlet) step {
		return on(func(h *green.Hub) { *g = Spawn_green(h, task(yield)) })
	}
	require.NoError(t, Run(task(where(&with), on(func(*green.Hub) {
		_, file, line, _ := runtime.Caller(0)
		require.NotEmpty(t, with.SpawnStack())
		require.Contains(t, with.SpawnStack()[0], "rt.TestSpawnStack")
		require.Regexp(t, ` .*dump_test\.go:\d+$`, with.SpawnStack()[0])
		require.Contains(t, file, "dump_test.go")
		require.Positive(t, line)
	})), TrackingSpawns()))
	require.NoError(t, Run(task(where(&without), on(func(*green.Hub) { require.Empty(t, without.SpawnStack()) }))))
}

// Dump in a greenlet goes on while its own hub, and others, answer.
func TestDumpOfAllHubs(t *testing.T) {
	var out bytes.Buffer
	inner := make(chan *Hub)
	release := func() {}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = Run(task(
			on(func(h *green.Hub) {
				release = HubOf(h).Hold()
				inner <- HubOf(h)
			}),
			func(h *green.Hub) *green.Frame { return Forever_green(h, "the other test") },
		), WithVirtualTime())
	}()
	other := <-inner
	require.NoError(t, Run(task(
		greentest.Call1(func(h *green.Hub) (error, *green.Frame) { return Dump_green(h, &out) },
			func(err error) { require.NoError(t, err) }),
	)))
	require.Contains(t, out.String(), "[rt.Dump]: ")
	require.Contains(t, out.String(), "[the other test")
	release() // a deadlock now
	<-over
	require.Empty(t, withoutOthers(Snapshots(0), other))
}

func withoutOthers(list []Snapshot, h *Hub) (its []Snapshot) {
	for _, s := range list {
		if s.Hub == h.id {
			its = append(its, s)
		}
	}
	return its
}

// A hub that is held is reported with the stack of its goroutine.
func TestDumpOfAHeldHub(t *testing.T) {
	held, release := make(chan *Hub), make(chan int)
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = Run(task(on(func(h *green.Hub) { held <- HubOf(h); holdUp(release) })))
	}()
	h := <-held
	s := withoutOthers(Snapshots(time.Millisecond), h)
	release <- 1
	<-over
	require.Len(t, s, 1)
	require.True(t, s[0].Silent)
	require.Contains(t, s[0].Stack, "rt.holdUp(")
	var b strings.Builder
	s[0].write(&b)
	require.Contains(t, b.String(), "does not answer: a greenlet holds it; its goroutine ")
}

//go:noinline
func holdUp(c chan int) { <-c }

// Plain code on the hub's goroutine may ask as well: it would wait for itself.
func TestSnapshotsOnTheHub(t *testing.T) {
	require.NoError(t, Run(task(on(func(h *green.Hub) {
		s := withoutOthers(Snapshots(time.Hour), HubOf(h))
		require.Len(t, s, 1)
		require.Equal(t, "running", s[0].Greenlets[0].Wait)
		require.Contains(t, strings.Join(s[0].Greenlets[0].Stack, "\n"), "rt.TestSnapshotsOnTheHub")
	}))))
}

func TestTree(t *testing.T) {
	var got []uint64
	var depths []int
	for d, g := range Tree([]Info{{ID: 1}, {ID: 2, Parent: 1}, {ID: 3}, {ID: 4, Parent: 2}, {ID: 5, Parent: 1}, {ID: 6, Parent: 99}}) {
		got, depths = append(got, g.ID), append(depths, d)
	}
	require.Equal(t, []uint64{1, 2, 4, 5, 3, 6}, got)
	require.Equal(t, []int{0, 1, 2, 1, 0, 0}, depths)
}

// SIGQUIT: our dump, then Go's, and exit code 2.
func TestDumpOnSignal(t *testing.T) {
	if quit == nil {
		t.Skip("no such signal here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := program(ctx, "signalled")
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "up\n", line)
	require.NoError(t, c.Process.Signal(syscall.SIGQUIT))
	err = c.Wait()
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	require.Equal(t, 2, exit.ExitCode(), errs.String())
	require.Regexp(t, `(?s)^greengen: all hubs\nhub 1, goroutine 1: 1 greenlets.*greenlet 1 \[sleep.*SIGQUIT: quit\n.*goroutine 1 `, errs.String())
}

// The goroutines that wait for the signal are no reason to wait for ever.
func TestDeadlockWithDumpOn(t *testing.T) {
	for _, env := range []string{"GREENGEN_DUMP=0", "GREENGEN_DUMP=1"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		out, err := program(ctx, "deadlock", env).CombinedOutput()
		cancel()
		require.ErrorContains(t, err, "exit status 2", env)
		require.Contains(t, string(out), "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [nothing]")
	}
}

// What a hub counted is counted once, while it runs and after it ended.
func TestCounters(t *testing.T) {
	total := func(live []Snapshot, past Stats) (s Stats) {
		s = past
		for _, l := range live {
			require.Empty(t, l.Greenlets)
			s = s.Plus(l.Stats)
		}
		return s
	}
	before := total(Counters(time.Minute))
	var g *Greenlet
	var during Stats
	require.NoError(t, Run(task(
		spawn(&g, yield), join(&g),
		greentest.Call2(func(h *green.Hub) ([]Snapshot, Stats, *green.Frame) { return Counters_green(h, time.Minute) },
			func(live []Snapshot, past Stats) {
				require.Equal(t, before.Greenlets+2, total(live, past).Greenlets)
			}),
		on(func(h *green.Hub) { during = total(Counters(time.Minute)) }),
	)))
	after := total(Counters(time.Minute))
	require.EqualValues(t, before.Greenlets+2, during.Greenlets)
	require.EqualValues(t, before.Alive+1, during.Alive)
	require.Equal(t, during.Greenlets, after.Greenlets)
	require.Equal(t, before.Alive, after.Alive)
	require.Equal(t, before.Offloads+1, after.Offloads)
}

// A hub of NewHub answers only while somebody drives it.
func TestSnapshotsOfAnEmbeddedHub(t *testing.T) {
	h := NewHub(WithVirtualTime())
	defer h.Close()
	ask := func() Snapshot {
		s := withoutOthers(Snapshots(time.Millisecond), h)
		require.Len(t, s, 1)
		return s[0]
	}
	s := ask()
	require.True(t, s.Silent)
	require.Zero(t, s.Goroutine)
	require.Empty(t, s.Stack)
	var b strings.Builder
	s.write(&b)
	require.Contains(t, b.String(), "waits for a RunOnce")
	h.Spawn(task(on(func(*green.Hub) { s = ask() })))
	h.RunOnce(0)
	require.False(t, s.Silent)
	require.Len(t, s.Greenlets, 1)
}
