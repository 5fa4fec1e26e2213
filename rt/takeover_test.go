package rt

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// needTakeover skips what the race detector rules out; see race.go.
func needTakeover(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("a hub stays on its goroutine under -race")
	}
}

// stuckIn runs a greenlet that is stuck in block, which another one ends by free: so
// the test hangs if the hub does not go on without it.
func stuckIn(t *testing.T, block, free func()) *Hub {
	t.Helper()
	needTakeover(t)
	var hub *Hub
	var order []string
	note := func(s string) step { return do(func() { order = append(order, s) }) }
	var stuck, other *Greenlet
	err := Run(task(
		on(func(h *green.Hub) { hub = HubOf(h) }),
		spawn(&stuck, do(block), note("back"), yield, sleep(time.Millisecond), note("stuck done")),
		spawn(&other, sleep(time.Millisecond), note("other"), do(free), sleep(time.Millisecond)),
		join(&stuck), join(&other), note("root"),
	), WithTakeover())
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"other", "back", "stuck done", "root"}, order)
	require.Equal(t, "root", order[3])
	require.Equal(t, "other", order[0])
	require.Positive(t, hub.taken.count)
	require.Zero(t, hub.externs)
	require.Empty(t, hub.taken.absent)
	return hub
}

func TestStuckInALock(t *testing.T) {
	var m sync.Mutex
	m.Lock()
	stuckIn(t, m.Lock, m.Unlock)
}

func TestStuckInARead(t *testing.T) {
	var fds [2]int
	require.NoError(t, syscall.Pipe(fds[:]))
	defer syscall.Close(fds[0])
	defer syscall.Close(fds[1])
	stuckIn(t, func() { syscall.Read(fds[0], make([]byte, 1)) }, func() { syscall.Write(fds[1], []byte{1}) })
}

func TestStuckInAComputation(t *testing.T) {
	var mu sync.Mutex
	stop := false
	stopped := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return stop
	}
	stuckIn(t, func() {
		for !stopped() {
		}
	}, func() {
		mu.Lock()
		stop = true
		mu.Unlock()
	})
}

// compute is a second of work that asks nobody whether to go on.
func compute() (rounds int) {
	sum := uint64(1)
	for end := time.Now().Add(time.Second); time.Now().Before(end); rounds++ {
		for range 10_000 {
			sum = sum*6364136223846793005 + 1442695040888963407
		}
	}
	if sum == 0 {
		rounds++
	}
	return rounds
}

// A greenlet computes for a second, which nobody cuts short: the others tick meanwhile,
// and it goes on with its result.
func TestStuckInASecondOfComputation(t *testing.T) {
	needTakeover(t)
	var computing atomic.Bool
	var stuck, ticker *Greenlet
	rounds, ticks, during := 0, 0, 0
	var hub *Hub
	require.NoError(t, Run(task(
		on(func(h *green.Hub) { hub = HubOf(h) }),
		spawn(&stuck, do(func() {
			computing.Store(true)
			rounds = compute()
			computing.Store(false)
		}), yield),
		spawn(&ticker, greentest.Loop(func() bool { return stuck.Ready() }, sleep(ms), do(func() {
			ticks++
			if computing.Load() {
				during++
			}
		}))),
		join(&stuck), join(&ticker),
		on(func(h *green.Hub) { require.Equal(t, 1, HubOf(h).Stats().Alive) }),
	), WithTakeover()))
	require.Positive(t, rounds)
	require.Positive(t, hub.taken.count)
	require.GreaterOrEqual(t, during, 10, "of %d ticks", ticks)
	require.NoError(t, stuck.Err())
}

// A greenlet that has parked is on its way out to the loop, which may take long on a busy
// machine: the hub does not go on without it, or others would resume it half linked.
func TestNoTakeoverOfWhoParks(t *testing.T) {
	needTakeover(t)
	var leaving, other *Greenlet
	var log []string
	require.NoError(t, Run(task(
		spawn(&leaving, func(h *green.Hub) *green.Frame {
			c := Yield_green(h)
			for end := time.Now().Add(10 * stuckSlices * slice); time.Now().Before(end); {
			}
			log = append(log, "linked")
			return c
		}, do(func() { log = append(log, "resumed") })),
		spawn(&other, do(func() { log = append(log, "other") })),
		join(&leaving), join(&other),
	), WithTakeover()))
	require.Equal(t, []string{"linked", "other", "resumed"}, log)
}

// A greenlet that is stuck again while the hub waits for it does not hold it up, and
// what it does to the hub in between is right.
func TestStuckAgain(t *testing.T) {
	needTakeover(t)
	const rounds = 3
	c := make(chan int)
	var stuck, other *Greenlet
	var kids [rounds]*Greenlet
	n := 0
	var steps []step
	for i := range rounds {
		steps = append(steps,
			do(func() { <-c }), // on the hub's goroutine
			spawn(&kids[i], sleep(time.Millisecond), do(func() { n++ })), // no park between two of them
		)
	}
	var frees []step
	for range rounds {
		frees = append(frees, sleep(time.Millisecond), do(func() { c <- 1 }))
	}
	require.NoError(t, Run(task(
		spawn(&stuck, steps...),
		spawn(&other, frees...),
		join(&stuck), join(&other), joinAll(&kids[0], &kids[1], &kids[2]),
	), WithTakeover()))
	require.Equal(t, rounds, n)
}

// A panic and a Goexit of a greenlet that was away end it as ever: the latter takes
// the goroutine that called Run along.
func TestStuckThenPanics(t *testing.T) {
	needTakeover(t)
	for _, end := range []func(){func() { panic("late") }, runtime.Goexit} {
		c := make(chan int)
		var stuck, other *Greenlet
		var told []any
		over := make(chan struct{})
		go func() {
			defer close(over)
			Run(task(
				spawn(&stuck, do(func() { <-c; end() })),
				spawn(&other, sleep(time.Millisecond), do(func() { c <- 1 })),
				join(&stuck), join(&other),
			), WithTakeover(), OnPanic(func(_ *Greenlet, e *PanicError) { told = append(told, e.Value) }))
		}()
		<-over
		require.True(t, stuck.Ready() && other.Ready())
		require.LessOrEqual(t, len(told), 1)
		require.Equal(t, len(told) == 1, stuck.Err() != nil)
	}
}

// The root is stuck while the others go on, and Run returns when it is back.
func TestRootStuck(t *testing.T) {
	needTakeover(t)
	c := make(chan int)
	var other *Greenlet
	n := 0
	require.NoError(t, Run(task(
		spawn(&other, sleep(time.Millisecond), do(func() { n++ }), do(func() { c <- 1 })),
		do(func() { <-c }),
		join(&other),
		do(func() { n++ }),
	), WithTakeover()))
	require.Equal(t, 2, n)
}

// The hub ends while a greenlet is stuck: that one unwinds when it is back.
func TestHubEndsMeanwhile(t *testing.T) {
	needTakeover(t)
	c, last := make(chan int), make(chan int)
	var stuck *Greenlet
	reached := false
	go func() {
		<-last // Run's goroutine is the stuck one, and returns after this
		c <- 1
	}()
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { <-c }), yield, do(func() { reached = true })),
		sleep(time.Millisecond),
		do(func() { close(last) }),
	), WithTakeover()))
	require.False(t, reached)
}

// The monitor looks at a greenlet that ends meanwhile, and changes its mind.
func TestMonitorChangesItsMind(t *testing.T) {
	var g *Greenlet
	looked := on(func(gh *green.Hub) {
		h := (*Hub)(gh.Owner)
		h.taken.mu.Lock()
		gh.Away.Store(green.IsAway)
		go func() { // the greenlet waits for the lock; if not, the test passes
			time.Sleep(5 * time.Millisecond)
			gh.Away.Store(green.Attached)
			h.taken.mu.Unlock()
		}()
	})
	require.NoError(t, Run(task(spawn(&g, looked), join(&g), yield)))
}

// One who comes back has no lock of a primitive that others of the hub may want.
func TestComesBackWithoutALock(t *testing.T) {
	needTakeover(t)
	var e Event
	c := make(chan int)
	var stuck, other *Greenlet
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { <-c }), func(h *green.Hub) *green.Frame { return e.Wait_green(h) }),
		spawn(&other, sleep(time.Millisecond), on(func(h *green.Hub) {
			c <- 1
			// until the other one has the event's lock, or not for 20 ms
			for end := time.Now().Add(20 * time.Millisecond); time.Now().Before(end); {
				if !e.mu.m.TryLock() {
					break
				}
				e.mu.m.Unlock()
			}
			e.Set_green(h)
		})),
		join(&stuck), join(&other),
	), WithTakeover()))
}

// A Goexit takes the goroutine away that went on, and who called Run is told of the end.
func TestGoexitAfterTakeover(t *testing.T) {
	needTakeover(t)
	c := make(chan int)
	var stuck, exits *Greenlet
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { <-c })),
		spawn(&exits, sleep(time.Millisecond), do(runtime.Goexit)),
		join(&exits),
		do(func() { c <- 1 }),
		join(&stuck),
	), WithTakeover()))
}

// Two that come back in one turn and panic raise their own panics.
func TestTwoPanicsOfThoseWhoComeBack(t *testing.T) {
	needTakeover(t)
	a, b := make(chan int), make(chan int)
	var ga, gb, other *Greenlet
	var got [2]any
	var went [2]bool
	panicker := func(i int, c chan int) step {
		return func(h *green.Hub) *green.Frame {
			return catchAny(h, &got[i], task(yield, do(func() { <-c; panic(i) }), do(func() { went[i] = true })))
		}
	}
	require.NoError(t, Run(task(
		spawn(&ga, panicker(0, a)),
		spawn(&gb, panicker(1, b)),
		spawn(&other, sleep(time.Millisecond), on(func(gh *green.Hub) {
			h := HubOf(gh)
			a <- 1
			b <- 1
			for end := time.Now().Add(20 * time.Millisecond); time.Now().Before(end); {
				h.in.Lock()
				n := len(h.in.queue)
				h.in.Unlock()
				if n == 2 {
					break
				}
			}
		})),
		join(&ga), join(&gb), join(&other),
	), WithTakeover()))
	require.Equal(t, [2]bool{}, went)
	require.Equal(t, [2]any{0, 1}, got)
}

// catchAny runs fn, which parks, and keeps what it panics with.
func catchAny(h *green.Hub, into *any, fn func()) *green.Frame {
	f := green.NewFrame(func(h *green.Hub, hd *green.Frame) *green.Frame {
		if p := h.TakePending(); p != nil {
			*into = p.Value
		}
		return hd.Parent
	})
	f.Flags = green.FlagDefers
	call(h, fn).Parent = f
	return f
}

// A report that waits for a greenlet does not keep that one from coming back.
func TestReportWaitsForWhoIsAway(t *testing.T) {
	needTakeover(t)
	c, told := make(chan int), make(chan int)
	var stuck *Greenlet
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { <-c }), yield, do(func() { <-told })),
		sleep(time.Millisecond), sleep(200*time.Millisecond),
		do(func() { c <- 1 }),
		join(&stuck),
	), WithTakeover(), WithMonitor(50*time.Millisecond), OnBlocked(func(BlockReport) { told <- 1 })))
}

// The others linger after the end of a root while one is stuck on Run's goroutine.
func TestLingerWhileOneIsStuck(t *testing.T) {
	needTakeover(t)
	c, done := make(chan int), make(chan int)
	var stuck, other *Greenlet
	require.NoError(t, Run(task(
		spawn(&stuck, do(func() { <-c })),
		spawn(&other, sleep(50*time.Millisecond), do(func() { close(done) })),
		sleep(time.Millisecond),
		do(func() { go func() { time.Sleep(20 * time.Millisecond); c <- 1 }() }),
	), WithTakeover(), Lingering()))
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		t.Fatal("the lingering hub stands still")
	}
}

// What only the hub's goroutine may do, a greenlet does that waits for the hub first.
func TestComesBackForTheHubsMethods(t *testing.T) {
	needTakeover(t)
	for name, f := range map[string]func(h *Hub, own *green.Hub){
		"After": func(h *Hub, own *green.Hub) { h.After_green(own, time.Hour, func() {}).Stop_green(own) },
		"Every": func(h *Hub, own *green.Hub) { h.Every_green(own, time.Hour, func() {}).Unref_green(own) },
		"Hooks": func(h *Hub, own *green.Hub) { h.OnIdle_green(own, func() {}).Stop_green(own) },
		"Stats": func(h *Hub, own *green.Hub) { h.Stats_green(own) },
		"Infos": func(h *Hub, own *green.Hub) { h.Greenlets_green(own) },
		"State": func(h *Hub, own *green.Hub) { h.root.State_green(own) },
	} {
		c := make(chan int)
		var stuck *Greenlet
		before, after := uint32(green.Attached), uint32(green.Attached)
		require.NoError(t, Run(task(
			spawn(&stuck, on(func(own *green.Hub) {
				h := HubOf(own)
				<-c
				before = own.Away.Load()
				f(h, own)
				after = own.Away.Load()
			})),
			sleep(time.Millisecond), do(func() { c <- 1 }), join(&stuck),
		), WithTakeover()), name)
		require.EqualValues(t, green.IsAway, before, name)
		require.EqualValues(t, green.Visiting, after, name)
	}
}

// A second limit of who is stuck does not keep the hub busy.
func TestTwoLimitsOfOneWhoIsAway(t *testing.T) {
	needTakeover(t)
	c := make(chan int)
	var stuck *Greenlet
	var polls uint64
	require.NoError(t, Run(task(
		spawn(&stuck,
			on(func(h *green.Hub) { StartTimeout_green(h, time.Millisecond); StartTimeout_green(h, time.Millisecond) }),
			do(func() { <-c }), sleep(time.Hour)),
		sleep(60*time.Millisecond),
		on(func(h *green.Hub) { polls = HubOf(h).Stats().Polls }),
		sleep(100*time.Millisecond),
		on(func(h *green.Hub) { polls = HubOf(h).Stats().Polls - polls }),
		do(func() { c <- 1 }), join(&stuck),
	), WithTakeover()))
	require.Less(t, polls, uint64(200))
}

func TestPlainStack(t *testing.T) {
	const head = "goroutine 7 [running]:\n"
	frame := func(name, file string) string { return name + "(0x1)\n\t" + file + ":1 +0x1\n" }
	turns := frame(rtPath+".(*Hub).turns", "rt/hub.go")
	plain := frame("main.compute", "main.go")
	for _, c := range []struct {
		name  string
		stack string
		want  bool
	}{
		{"plain code", plain + frame("main.serve_green", "main_green.go") + frame(rtPath+".begin", "rt/greenlet.go") + turns, true},
		{"no plain code", turns, false},
		{"in the runtime", plain + frame(rtPath+"/bufio.Reader_Read_green", "rt/bufio/reader.go") + turns, false},
		{"in a timer", plain + frame(rtPath+".(*Hub).fireTimers", "rt/timer.go") + frame(rtPath+".(*Hub).turn", "rt/hub.go") + turns, false},
		{"in a generated twin of the runtime", plain + frame(rtPath+".(*Pool).Do_green", "rt/pool_green.go") + turns, true},
		{"just in a generated twin of the runtime", frame(rtPath+".(*Event).Set_green", "rt/event_green.go") + plain + turns, false},
		{"about to touch the hub", frame(rtPath+"/green.Yield", "rt/green/hub.go") + plain + turns, false},
		{"the same, while it allocates", frame("runtime.mallocgc", "malloc.go") + frame(rtPath+"/green.Yield", "rt/green/hub.go") + plain + turns, false},
		{"waits for a channel", frame("runtime.chanrecv1", "chan.go") + plain + turns, true},
		{"another path", frame(rtPath+"x.f", "x.go") + turns, true},
		{"no loop", plain, false},
		{"too deep", plain + "...100 frames elided...\n" + turns, false},
	} {
		require.Equal(t, c.want, plainStack(head+c.stack), c.name)
	}
}
