package rt

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

// again is how often scenarios happen in one hub.
var again = []int{1, 2, 100}

// watched is watchedAgain, once.
func watched(t *testing.T, hold func(h *green.Hub, c chan int), look func(h *Hub)) []BlockReport {
	t.Helper()
	return watchedAgain(t, 1, hold, look)
}

// watchedAgain runs a hub that is held up n times, by a greenlet "guilty", in hold; it
// calls look each time, once that has sent to c, until it receives.
func watchedAgain(t *testing.T, n int, hold func(h *green.Hub, c chan int), look func(h *Hub)) (reports []BlockReport) {
	t.Helper()
	c, over := make(chan int), make(chan struct{})
	var g *Greenlet
	var hub *Hub
	held := 0
	go func() {
		defer close(over)
		_ = Run(task(greentest.Loop(func() bool { return held == n },
			spawn(&g, on(func(h *green.Hub) {
				hub = HubOf(h)
				held++
				hub.cur.SetName("guilty")
				hold(h, c)
			})),
			join(&g),
		)), func(c *Config) { c.OnBlocked = func(r BlockReport) { reports = append(reports, r) } })
	}()
	for range n {
		<-c
		look(hub)
		c <- 1
	}
	<-over
	return reports
}

func looks(b *monitor, n int) func(h *Hub) {
	return func(h *Hub) {
		for range n {
			b.look(h)
		}
	}
}

func holds(_ *green.Hub, c chan int) { hang(c) }

//go:noinline
func hang(c chan int) {
	c <- 1
	<-c
}

// looksAnew is looks by a monitor that has seen nothing yet.
func looksAnew(h *Hub) { looks(&monitor{watch: blockWatch{max: 50 * ms}}, 100)(h) }

// HUB.md 114.
func TestScenario114MonitorNamesWhoHoldsTheHub(t *testing.T) {
	for _, n := range again {
		rs := watchedAgain(t, n, holds, looksAnew)
		require.Len(t, rs, n)
		for i, r := range rs {
			require.Equal(t, "guilty", r.Name)
			require.EqualValues(t, 2+i, r.Greenlet)
			require.Equal(t, 50*ms, r.Held)
			require.Contains(t, r.Stack, "rt.hang(")
			require.Contains(t, r.String(), fmt.Sprintf("has been held for 50ms by greenlet %d (guilty)", 2+i))
		}
		require.Equal(t, rs[n-1], Blockings()[len(Blockings())-1])
	}
}

func TestMonitorIsPatient(t *testing.T) {
	require.Empty(t, watched(t, holds, looks(&monitor{watch: blockWatch{max: 50 * ms}}, 5)), "the first look only tells where it is")
	require.Empty(t, watched(t, holds, looks(&monitor{}, 100)), "off")
}

func TestMonitorReportsOncePerPlace(t *testing.T) {
	m := &monitor{watch: blockWatch{max: 50 * ms}}
	require.Len(t, watched(t, holds, looks(m, 50)), 1)
	m.watch.asleep() // a hub of its own each time: it may have come as far as the last one
	require.Empty(t, watched(t, holds, looks(m, 50)))
	var said []string
	h := &Hub{config: Config{OnBlocked: func(r BlockReport) { said = append(said, r.Held.String()) }}}
	for i, r := range []BlockReport{
		{Place: "a", Mark: "f"}, {Place: "b", Mark: "f"}, {Place: "a", Mark: "f"}, {Place: "a", Mark: "g"},
		{Stack: "f(1)\n\tx.go:1 +0x1\n"}, {Stack: "f(2)\n\tx.go:1 +0x1\n"}, {Stack: "f(2)\n\tx.go:2 +0x1\n"},
	} {
		r.Held = time.Duration(i)
		m.watch.say(h, r)
	}
	require.Equal(t, []string{"0s", "1ns", "3ns", "4ns", "6ns"}, said)
}

// HUB.md 114.
func TestScenario114MayBlock(t *testing.T) {
	exempted := func(h *green.Hub, c chan int) { MayBlock_green(h, func() { hang(c) }) }
	over := func(h *green.Hub, c chan int) {
		MayBlock_green(h, func() {})
		MayBlock(func() { hang(c) })
	}
	for _, n := range again {
		require.Empty(t, watchedAgain(t, n, exempted, looksAnew))
		require.Len(t, watchedAgain(t, n, over, looksAnew), n)
	}
}

// HUB.md 114.
func TestScenario114MonitorLetsAHubSleep(t *testing.T) {
	for _, n := range again {
		var h *Hub
		var e Event
		ready, over := make(chan struct{}), make(chan struct{})
		woken := 0
		release := func() {}
		go func() {
			defer close(over)
			_ = Run(task(
				on(func(x *green.Hub) { h = HubOf(x); release = h.Hold() }),
				greentest.Loop(func() bool { return woken == n },
					do(func() { e.Clear(); ready <- struct{}{} }),
					func(h *green.Hub) *green.Frame { return e.Wait_green(h) },
					do(func() { woken++ })),
			), OnBlocked(func(r BlockReport) { t.Error(r) }), WithVirtualTime())
		}()
		for range n {
			<-ready
			for h.sleeping.Load() == awake {
				runtime.Gosched()
			}
			looks(&monitor{watch: blockWatch{max: 50 * ms}}, 1000)(h)
			e.Set()
		}
		release()
		<-over
		require.Equal(t, n, woken)
	}
}

// A greenlet that is alone on its hub may do what it likes.
func TestMonitorIgnoresALonelyGreenlet(t *testing.T) {
	held, release, over := make(chan *Hub), make(chan int), make(chan struct{})
	go func() {
		defer close(over)
		_ = Run(task(on(func(h *green.Hub) { held <- HubOf(h); holdUp(release) })), OnBlocked(func(r BlockReport) { t.Error(r) }))
	}()
	looks(&monitor{watch: blockWatch{max: 50 * ms}}, 100)(<-held)
	release <- 1
	<-over
}

// The real one: the report itself ends the wait.
func TestMonitor(t *testing.T) {
	release := make(chan int)
	var g *Greenlet
	var h *Hub
	var got BlockReport
	require.NoError(t, Run(task(
		on(func(x *green.Hub) { h = HubOf(x) }),
		spawn(&g, sleep(time.Microsecond), do(func() { holdUp(release) })),
		join(&g),
	), WithMonitor(20*ms), OnBlocked(func(r BlockReport) {
		got = r
		release <- 1
	})))
	require.Contains(t, got.Stack, "rt.holdUp(")
	require.EqualValues(t, 1, h.Stats().Blocked)
}

func TestBlame(t *testing.T) {
	const end = "github.com/greengen/greengen/rt.(*Hub).turns(0xc0001)\n\t/x/rt/hub.go:200 +0x1\nmain.other_green()\n\t/x/main.go:1 +0x1\n"
	const resumed = "main.resume_serve(0xc0001, {0x1, 0x2})\n\t/x/main.go:31 +0x1a\n"
	for name, c := range map[string]struct{ stack, place, mark string }{
		"plain callee": {"main.wait(...)\n\t/x/w.go:7\n" + resumed + end, "main.serve /x/main.go:31", "main.wait"},
		"std callee":   {"syscall.Read(0x1)\n\t/go/read.go:7 +0x3\nos.(*File).Read(0x1)\n\t/go/file.go:9 +0x3\n" + resumed + end, "main.serve /x/main.go:31", "main.serve"},
		"itself":       {resumed + end, "main.serve /x/main.go:31", "main.serve"},
		"method of a module": {"example.com/m/db.lock()\n\t/x/w.go:7 +0x1\nexample.com/m/db.(*DB).Get_green(0x1)\n\t/x/db.go:5 +0x1\n" + resumed + end,
			"example.com/m/db.(*DB).Get /x/db.go:5", "example.com/m/db.lock"},
		"a twin of rt":     {"runtime.chanrecv1(0x1)\n\t/go/chan.go:1 +0x1\ngithub.com/greengen/greengen/rt.Sleep_green()\n\t/x/api.go:7 +0x1\n" + resumed + end, "main.serve /x/main.go:31", "main.serve"},
		"nothing green":    {"main.wait(...)\n\t/x/w.go:7\n" + end, "main.wait /x/w.go:7", "main.wait"},
		"only the hub":     {end, "", ""},
		"nothing":          {"", "", ""},
		"a literal's twin": {"main.wait()\n\t/x/w.go:7 +0x2\nmain.serve_func1_green(0x1)\n\t/x/main.go:12 +0x2\n" + end, "main.serve_func1 /x/main.go:12", "main.wait"},
	} {
		t.Run(name, func(t *testing.T) {
			place, mark := blame("goroutine 1 [running]:\n" + c.stack)
			require.Equal(t, c.place, place)
			require.Equal(t, c.mark, mark)
		})
	}
}

func TestMonitorFromEnv(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "0": 0, "1": maxBlock, "250ms": 250 * ms, "x": 0, "-1s": 0} {
		t.Setenv("GREENGEN_MONITOR", text)
		require.Equal(t, want, configure(nil).MaxBlock, text)
		require.Zero(t, configure([]Option{WithMonitor(-1)}).MaxBlock)
	}
}
