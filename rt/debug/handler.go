package debug

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/greengen/greengen/rt"
)

// Report is what Handler sends as JSON.
type Report struct {
	Time    time.Time        `json:"time"`
	Total   rt.Stats         `json:"total"`   // of all hubs, also of those that ended
	Hubs    []rt.Snapshot    `json:"hubs"`    // that run, with those greenlets that were asked for
	Blocked []rt.BlockReport `json:"blocked"` // what monitors reported of late
}

// Handler shows all hubs and their greenlets: as HTML, or as the JSON of Report if
// the request has format=json or accepts application/json rather than text/html.
// q=text shows only those greenlets whose name, wait or stack has the text, or, if it
// is a number, the one that has it; min=10m only those that have waited for so long, as
// time.ParseDuration reads it; hub=n one hub only; refresh=n lets the page load itself
// again every n seconds; limit=n shows at most n greenlets of each hub (1000, in HTML).
// Safe from any goroutine.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	q, err := parse(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if q.json {
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		_ = enc.Encode(q.report()) // the client is gone
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, q.view()) // the same
}

// query is what a request asks for.
type query struct {
	json    bool
	text    string
	min     time.Duration
	hub     uint64 // 0: all
	limit   int    // 0: none
	refresh int    // in seconds, 0: not
}

func parse(r *http.Request) (q query, err error) {
	v := r.URL.Query()
	number := func(name string) int {
		s := v.Get(name)
		if s == "" {
			return 0
		}
		n, e := strconv.ParseUint(s, 10, 31)
		if e != nil && err == nil {
			err = fmt.Errorf("%s=%q is not a number", name, s)
		}
		return int(n)
	}
	q = query{text: strings.TrimSpace(v.Get("q")), hub: uint64(number("hub")), limit: number("limit"), refresh: number("refresh")}
	if s := v.Get("min"); s != "" {
		d, e := time.ParseDuration(s)
		if e != nil && err == nil {
			err = fmt.Errorf("min=%q is not a duration", s)
		}
		q.min = d
	}
	switch f := v.Get("format"); f {
	case "json":
		q.json = true
	case "html":
	case "":
		q.json = prefersJSON(r.Header.Get("Accept"))
	default:
		err = fmt.Errorf("format=%q is neither html nor json", f)
	}
	if q.limit == 0 && !q.json {
		q.limit = 1000
	}
	return q, err
}

// prefersJSON says that JSON comes first among what the client accepts by name.
func prefersJSON(accept string) bool {
	for kind := range strings.SplitSeq(accept, ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.TrimSpace(kind) {
		case "application/json":
			return true
		case "text/html":
			return false
		}
	}
	return false
}

func (q *query) report() Report {
	r := q.all()
	for i := range r.Hubs {
		h := &r.Hubs[i]
		gs := []rt.Info{}
		for _, g := range h.Greenlets {
			if q.matches(&g) && (q.limit == 0 || len(gs) < q.limit) {
				gs = append(gs, g)
			}
		}
		h.Greenlets = gs
	}
	return r
}

// all asks the hubs.
func (q *query) all() Report {
	r := Report{Time: time.Now(), Total: Counters().Total, Hubs: []rt.Snapshot{}, Blocked: rt.Blockings()}
	for _, s := range rt.Snapshots(patience) {
		if q.hub == 0 || q.hub == s.Hub {
			r.Hubs = append(r.Hubs, s)
		}
	}
	if r.Blocked == nil {
		r.Blocked = []rt.BlockReport{}
	}
	return r
}

func (q *query) matches(g *rt.Info) bool {
	if g.For < q.min {
		return false
	}
	if n, err := strconv.ParseUint(q.text, 10, 64); err == nil {
		return n == g.ID
	}
	if q.text == "" {
		return true
	}
	text := strings.ToLower(q.text)
	for _, s := range append([]string{g.Name, g.Wait, g.State.String()}, g.Stack...) {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	return false
}
