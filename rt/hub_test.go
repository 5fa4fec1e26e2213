package rt

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/poll"
)

// HUB.md 54, 56.
func TestDeadlock(t *testing.T) {
	var a, b *Greenlet
	_, err := virtualErr(
		spawn(&a, join(&b)),
		spawn(&b, join(&a)),
		on(func(*green.Hub) { a.SetName("first") }),
		join(&a),
	)
	var dead *DeadlockError
	require.ErrorAs(t, err, &dead)
	require.Len(t, dead.Parked, 3)
	require.Equal(t, "first", dead.Parked[1].Name)
	require.Contains(t, dead.Parked[0].Wait, "join 2 first")
	require.Contains(t, dead.Parked[1].Wait, "join 3 ")
	require.Equal(t, []string{"test.script script.go:14"}, dead.Parked[0].Stack)
	require.True(t, strings.HasPrefix(err.Error(), "all goroutines are asleep - deadlock!\n\ngreenlet 1 [join 2 first]: "))
}

// HUB.md 58.
func TestNoDeadlockBeforeTheLastTimer(t *testing.T) {
	fired := false
	h, err := virtualErr(
		on(func(h *green.Hub) { HubOf(h).After(30*ms, func() { fired = true }) }),
		func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") },
	)
	require.ErrorContains(t, err, "[nothing]")
	require.True(t, fired)
	require.EqualValues(t, 30*ms, h.poller.Now())
}

// HUB.md 62.
func TestHoldAndPost(t *testing.T) {
	var g *Greenlet
	release := func() {}
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame { return Forever_green(h, "a post") }),
		yield,
		on(func(h *green.Hub) {
			hub := HubOf(h)
			release = hub.Hold()
			go hub.Post(func() {
				release()
				hub.ready(g)
			})
		}),
		join(&g),
	)))
}

func TestReleasedHoldIsADeadlock(t *testing.T) {
	require.ErrorContains(t, Run(task(
		on(func(h *green.Hub) { go HubOf(h).Hold()() }),
		func(h *green.Hub) *green.Frame { return Forever_green(h, "nothing") },
	)), "[nothing]")
}

// HUB.md 104.
func TestOffloadLetsOthersRun(t *testing.T) {
	var g *Greenlet
	ticks, release := 0, make(chan int)
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "wait", func() struct{ R0 int } { return struct{ R0 int }{<-release} })
		}, on(func(h *green.Hub) {
			require.Equal(t, 7, green.SlotOf[struct{ R0 int }](h).R0)
		})),
		yield,
		do(func() { ticks++ }), yield, do(func() { ticks++ }), yield,
		do(func() {
			require.False(t, g.Ready())
			release <- 7
		}),
		join(&g),
	)))
	require.Equal(t, 2, ticks)
}

func TestOffloadedPanicAndGoexit(t *testing.T) {
	var bad, gone *Greenlet
	var told []any
	require.NoError(t, Run(task(
		spawn(&bad, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "panic", func() struct{} { panic("far away") })
		}),
		spawn(&gone, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "exit", func() struct{} { runtime.Goexit(); return struct{}{} })
		}, do(func() { t.Error("after Goexit") })),
		joinAll(&bad, &gone),
	), OnPanic(func(_ *Greenlet, e *PanicError) { told = append(told, e.Value) })))
	require.Equal(t, []any{"far away"}, told)
	require.ErrorContains(t, bad.Err(), "panic: far away\n\ngoroutine 2 [running]:")
	require.NoError(t, gone.Err())
}

// A killed greenlet does not care for what its worker still does.
func TestKillDuringOffload(t *testing.T) {
	var g *Greenlet
	release := make(chan int)
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "wait", func() struct{} { <-release; return struct{}{} })
		}),
		yield,
		func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		do(func() { close(release) }),
		yield,
	)))
	require.ErrorIs(t, g.Err(), ErrKilled)
}

func TestSpawnWithoutTwinRunsOffloaded(t *testing.T) {
	n := 0
	var stats Stats
	require.NoError(t, Run(task(
		func(h *green.Hub) *green.Frame { return Spawn_green(h, func() { n++ }).Join_green(h) },
		on(func(h *green.Hub) { stats = HubOf(h).Stats() }),
	)))
	require.Equal(t, 1, n)
	require.EqualValues(t, 1, stats.SpawnsOffloaded)
}

// foreignExit is plain code that greengen does not know to call Goexit.
func TestForeignGoexitEndsOneGreenlet(t *testing.T) {
	var g *Greenlet
	done := make(chan bool, 1)
	cleaned := false
	go func() {
		// Run's goroutine is lost, as Goexit's caller always is.
		defer func() { done <- cleaned }()
		Run(task(
			spawn(&g, withCleanup(do(func() { cleaned = true }))),
			yield,
			do(func() {}),
			spawn(new(*Greenlet), do(runtime.Goexit)),
			yield,
			func(h *green.Hub) *green.Frame { return g.Kill_green(h) },
		))
	}()
	require.True(t, <-done)
}

// HUB.md 102: where each round of one that spins takes a microsecond, a descriptor and a
// timer wait for RunBudget, 100 µs, and a batch.
func TestSpinnerBesideDescriptorAndTimer(t *testing.T) {
	const fd, atMost = 7, 100 + 2*64
	p := poll.NewFake()
	var d Desc
	var spinner, reader *Greenlet
	rounds, served, woken := 0, 0, 0
	require.NoError(t, Run(task(
		on(func(h *green.Hub) {
			require.NoError(t, d.Open(HubOf(h), fd))
			d.Exhausted(Reading)
		}),
		spawn(&reader, func(h *green.Hub) *green.Frame {
			d.Wait(Reading)
			return h.ParkLink()
		}, do(func() { served = rounds })),
		spawn(&spinner, greentest.Loop(func() bool { return rounds == 10_000 }, do(func() {
			p.Step(time.Microsecond)
			if rounds++; rounds == 1000 {
				p.Fire(poll.Event{FD: fd, Gen: d.gen, Mode: poll.Read})
			}
		}), yield)),
		sleep(5*ms),
		do(func() { woken = rounds }),
		joinAll(&spinner, &reader),
		do(d.Forget),
	), func(c *Config) { c.poller = p }))
	require.InDelta(t, 1000, served, float64(atMost))
	require.InDelta(t, 5000, woken, float64(atMost))
}

func TestPostFromManyGoroutines(t *testing.T) {
	const n, each = 8, 1000
	var g *Greenlet
	count := 0
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame { return Forever_green(h, "posts") }),
		yield,
		on(func(h *green.Hub) {
			hub := HubOf(h)
			release := hub.Hold()
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					for range each {
						hub.Post(func() { count++ })
					}
				})
			}
			go func() {
				wg.Wait()
				hub.Post(func() { hub.ready(g); release() })
			}()
		}),
		join(&g),
	)))
	require.Equal(t, n*each, count)
}

func TestJoinFromAnotherGoroutineAndHub(t *testing.T) {
	var g *Greenlet
	started, joined := make(chan bool), make(chan error, 2)
	go func() {
		<-started
		joined <- g.Wait()
	}()
	go func() {
		<-started
		joined <- Run(task(join(&g)))
	}()
	gate := make(chan struct{})
	require.NoError(t, Run(task(
		spawn(&g, func(h *green.Hub) *green.Frame {
			return green.Offload(h, "gate", func() struct{} { <-gate; return struct{}{} })
		}),
		do(func() { close(started); close(gate) }),
		join(&g),
	)))
	require.NoError(t, <-joined)
	require.NoError(t, <-joined)
}

func TestPlainForms(t *testing.T) {
	c := make(chan int, 3)
	require.NoError(t, Run(func() { // no twin is known
		g := Spawn(func() { c <- 1 })
		JoinAll(g, Spawn(func() { c <- 2 }))
		require.NoError(t, g.Wait())
		require.True(t, g.Ready())
		slow := Spawn(func() { <-c; <-c; <-c })
		require.False(t, slow.JoinTimeout(ms))
		c <- 3
		slow.Kill()
	}))
	require.Nil(t, Current())
}

// The text of an uncaught panic equals Go's, in a process of its own.
func TestUncaughtPanicEqualsGo(t *testing.T) {
	for name := range crashes {
		t.Run(name, func(t *testing.T) {
			plain, green := crash(t, "plain", name), crash(t, "green", name)
			cut := func(s string) string {
				s, _, _ = strings.Cut(s, "\ngoroutine ")
				s, _, _ = strings.Cut(s, " pc=")
				return s
			}
			require.Equal(t, cut(plain), cut(green))
			require.Contains(t, green, "helper_crash(...)\n\t")
			require.Contains(t, green, "test.script(...)\n\tscript.go:11\n")
		})
	}
}

type myInt int
type myString string
type myErr struct{}
type myStringer struct{}

func (myErr) Error() string       { return "two\nlines" }
func (myStringer) String() string { return "a stringer" }

var crashes = map[string]func(){
	"string": func() { panic("boo\nhoo") },
	"error":  func() { panic(errors.New("bad")) },
	"lines":  func() { panic(myErr{}) },
	"str":    func() { panic(myStringer{}) },
	"named":  func() { panic(myInt(5)) },
	"nameds": func() { panic(myString("x")) },
	"float":  func() { panic(1.5) },
	"cmplx":  func() { panic(complex(1, -2)) },
	"index":  func() { _ = os.Args[len(os.Args)] },
	//lint:ignore SA5000 its text is what is tested
	"nilmap": func() { var m map[int]int; m[1] = 2 },
	"deref":  func() { var p *myErr; fmt.Fprint(nil, *p) },
	"nil":    func() { panic(nil) },
	"wrap":   func() { panic(fmt.Errorf("outer: %w", os.ErrNotExist)) },
}

//go:noinline
func helper_crash(name string) { crashes[name]() }

func crash(t *testing.T, how, name string) string {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), "CRASH="+how+" "+name)
	out, err := c.CombinedOutput()
	require.ErrorContains(t, err, "exit status 2")
	return string(out)
}

func TestMain(m *testing.M) {
	how, name, ok := strings.Cut(os.Getenv("CRASH"), " ")
	switch {
	case !ok:
		os.Exit(m.Run())
	case how == "plain":
		helper_crash(name)
	case programs[how] != nil:
		programs[how]()
		os.Exit(0)
	}
	RunMain(task(yield, func(h *green.Hub) *green.Frame {
		return run(h, []step{yield, do(func() { helper_crash(name) })})
	}))
}

func TestHubRunsAgainAndAgain(t *testing.T) {
	for range 100 {
		var g *Greenlet
		h := virtual(t, spawn(&g, sleep(time.Second)), join(&g))
		require.Zero(t, h.living)
		require.Zero(t, h.timers.n)
		require.Zero(t, h.offloads+h.externs+h.fdWaits)
	}
}

// A clock that jumped meanwhile would let limits on what runs on a worker pass.
func TestVirtualTimeStandsStillForOffloads(t *testing.T) {
	virtualOn(t, nil,
		on(func(h *green.Hub) { HubOf(h).After(ms, func() {}) }),
		func(h *green.Hub) *green.Frame {
			return green.Offload(h, "x", func() struct{} {
				for range 1000 {
					runtime.Gosched()
				}
				return struct{}{}
			})
		},
		on(func(h *green.Hub) { require.Zero(t, HubOf(h).Now()) }),
	)
}

// It jumps all the same if they wait for something that only time brings.
func TestVirtualTimeGoesOnPastOffloads(t *testing.T) {
	later := make(chan struct{})
	virtualOn(t, nil,
		on(func(h *green.Hub) { HubOf(h).After(ms, func() { close(later) }) }),
		func(h *green.Hub) *green.Frame {
			return green.Offload(h, "x", func() struct{} { <-later; return struct{}{} })
		},
		on(func(h *green.Hub) { require.EqualValues(t, ms, HubOf(h).Now()) }),
	)
}

// What options say of a hub holds where there is one already, as under run -all.
func TestRunWithOptionsInAGreenlet(t *testing.T) {
	var told any
	var err error
	require.NoError(t, Run(task(greentest.Call1(
		func(h *green.Hub) (error, *green.Frame) {
			return Run_green(h, task(
				sleep(24*time.Hour),
				func(h *green.Hub) *green.Frame { panic("isolated") },
			), WithVirtualTime(), OnPanic(func(_ *Greenlet, e *PanicError) { told = e.Value }))
		},
		func(e error) { err = e },
	))))
	require.Equal(t, "isolated", told)
	require.IsType(t, new(PanicError), err)
}
