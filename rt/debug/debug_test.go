package debug

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"expvar"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

var task, on = greentest.Task, greentest.On

func forever(h *green.Hub) *green.Frame { return rt.Forever_green(h, "the <end>") }

func named(name string) greentest.Step {
	return on(func(h *green.Hub) { rt.Current_green(h).SetName(name) })
}

func spawn(steps ...greentest.Step) greentest.Step {
	return on(func(h *green.Hub) { rt.Spawn_green(h, task(steps...)) })
}

// running runs a hub with a tree of three greenlets, root, boss and worker, and look
// beside it.
func running(t *testing.T, look func(hub string)) {
	t.Helper()
	up, over := make(chan *rt.Greenlet), make(chan struct{})
	release := func() {}
	sleep := func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Hour) }
	go func() {
		defer close(over)
		_ = rt.Run(task(
			named("root"),
			on(func(h *green.Hub) { release = rt.HubOf(h).Hold() }),
			spawn(named("boss & <co>"), spawn(named("worker"), sleep), forever),
			rt.Yield_green, rt.Yield_green, rt.Yield_green,
			on(func(h *green.Hub) { up <- rt.Current_green(h) }),
			forever,
		))
	}()
	root := <-up
	look(strconv.FormatUint(root.Hub().ID(), 10))
	root.Kill()
	release()
	<-over
}

func get(target, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func report(t *testing.T, target, accept string) (r Report) {
	t.Helper()
	w := get(target, accept)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Equal(t, http.StatusOK, w.Code)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &r))
	return r
}

func names(gs []rt.Info) (list []string) {
	for _, g := range gs {
		list = append(list, g.Name)
	}
	return list
}

func TestJSON(t *testing.T) {
	running(t, func(hub string) {
		r := report(t, "/debug/greenlets?hub="+hub, "application/json, text/html")
		require.Len(t, r.Hubs, 1)
		h := r.Hubs[0]
		require.Equal(t, []string{"root", "boss & <co>", "worker"}, names(h.Greenlets))
		require.Equal(t, 3, h.Stats.Alive)
		boss, worker := h.Greenlets[1], h.Greenlets[2]
		require.Equal(t, boss.ID, worker.Parent)
		require.Equal(t, "the <end>", boss.Wait)
		require.Equal(t, "sleep", worker.Wait)
		require.Equal(t, rt.StateParked, worker.State)
		require.Greater(t, worker.Left, time.Minute)
		require.Equal(t, []string{"test.script script.go:11"}, worker.Stack)
		require.GreaterOrEqual(t, r.Total.Greenlets, uint64(3))

		for q, want := range map[string][]string{
			"q=WORK": {"worker"}, "q=sleep": {"worker"}, "q=1": {"root"}, "q=script.go:11": {"worker"}, "q=nobody": nil, "min=1h": nil, "min=0s": {"root", "boss & <co>", "worker"}, "limit=2": {"root", "boss & <co>"},
		} {
			r := report(t, "/?format=json&hub="+hub+"&"+q, "text/html")
			require.Equal(t, want, names(r.Hubs[0].Greenlets), q)
		}
	})
	require.Empty(t, report(t, "/?format=json&hub=999999", "").Hubs)
}

// text returns what the page's elements of a name hold; the page must be clean XML.
func text(t *testing.T, body, name string) (list []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	depth := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err, body)
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == name {
				depth++
				list = append(list, "")
			}
		case xml.EndElement:
			if tok.Name.Local == name {
				depth--
			}
		case xml.CharData:
			if depth > 0 {
				list[len(list)-1] += string(tok)
			}
		}
	}
}

func TestPage(t *testing.T) {
	running(t, func(hub string) {
		w := get("/?hub="+hub+"&refresh=5", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
		require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		body := w.Body.String()
		require.Contains(t, body, `<meta http-equiv="refresh" content="5"/>`)
		require.Equal(t, []string{"root", "boss & <co>", "worker"}, text(t, body, "summary"))
		require.Regexp(t, "^Hub "+hub+", goroutine ", text(t, body, "h2")[0])
		cells := text(t, body, "td")
		require.Len(t, cells, 3*6)
		require.Equal(t, []string{"1", "parked", "the <end>"}, cells[:3])
		require.Contains(t, body, `padding-left:2em`)
		require.NotContains(t, body, `class="parent"`)

		// Who is above a match in the tree is shown as well.
		body = get("/?q=worker&hub="+hub, "").Body.String()
		require.Equal(t, []string{"root", "boss & <co>", "worker"}, text(t, body, "summary"))
		require.Equal(t, 2, strings.Count(body, `class="parent"`))
		require.Contains(t, body, `value="worker"`)
		require.Empty(t, text(t, get("/?q=nobody&hub="+hub, "").Body.String(), "summary"))

		body = get("/?limit=1&hub="+hub, "").Body.String()
		require.Equal(t, []string{"root"}, text(t, body, "summary"))
		require.Contains(t, body, "2 more are not shown")
	})
	text(t, get("/?q="+`%22%3E%3Cscript%3E`, "").Body.String(), "h1")
}

func TestBadRequests(t *testing.T) {
	for _, q := range []string{"hub=x", "min=5", "limit=-1", "format=xml", "refresh=99999999999"} {
		require.Equal(t, http.StatusBadRequest, get("/?"+q, "").Code, q)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

// A hub that is held is shown by the stack of its goroutine.
func TestPageOfAHeldHub(t *testing.T) {
	held, release, over := make(chan uint64), make(chan int), make(chan struct{})
	go func() {
		defer close(over)
		_ = rt.Run(task(on(func(h *green.Hub) {
			held <- rt.HubOf(h).ID()
			hang(release)
		})))
	}()
	hub := strconv.FormatUint(<-held, 10)
	body := get("/?hub="+hub, "").Body.String()
	r := report(t, "/?format=json&hub="+hub, "")
	release <- 1
	<-over
	require.Contains(t, strings.Join(text(t, body, "pre"), ""), "debug.hang(")
	require.Contains(t, body, "It does not answer")
	require.True(t, r.Hubs[0].Silent)
}

//go:noinline
func hang(c chan int) { <-c }

func TestPublish(t *testing.T) {
	name := "greengen"
	for expvar.Get(name) != nil { // with -count
		name += "+"
	}
	Publish(name)
	require.Panics(t, func() { Publish(name) })
	running(t, func(hub string) {
		var c Counted
		require.NoError(t, json.Unmarshal([]byte(expvar.Get(name).String()), &c))
		found := false
		for _, h := range c.Hubs {
			if strconv.FormatUint(h.Hub, 10) == hub {
				found = true
				require.EqualValues(t, 3, h.Stats.Greenlets)
			}
		}
		require.True(t, found)
		require.GreaterOrEqual(t, c.Total.Switches, uint64(3))
	})
}

// What a monitor reported is on the page.
func TestPageShowsWhoHeldAHub(t *testing.T) {
	release := make(chan int)
	require.NoError(t, rt.Run(task(
		spawn(forever),
		rt.Yield_green,
		named("the <guilty>"),
		on(func(*green.Hub) { hang(release) }),
	), rt.WithMonitor(20*time.Millisecond), rt.OnBlocked(func(rt.BlockReport) { release <- 1 })))
	body := get("/", "").Body.String()
	require.Contains(t, strings.Join(text(t, body, "p"), ""), "by greenlet 1 the <guilty> at ")
	require.Contains(t, strings.Join(text(t, body, "pre"), ""), "debug.hang(")
	blocked := report(t, "/?format=json", "").Blocked
	require.Equal(t, "the <guilty>", blocked[len(blocked)-1].Name)
}
