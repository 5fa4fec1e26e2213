package debug

import (
	"html/template"
	"time"

	"github.com/greengen/greengen/rt"
)

// view is what the page shows.
type view struct {
	Report
	Query   string
	Refresh int
	Tables  []table
}

type table struct {
	rt.Snapshot
	Rows   []row
	Hidden int // greenlets beyond the limit
}

type row struct {
	*rt.Info
	Depth  int
	Parent bool // it was not asked for, but spawned one that was
}

func (q *query) view() view {
	v := view{Report: q.all(), Query: q.text, Refresh: q.refresh}
	for _, s := range v.Hubs {
		v.Tables = append(v.Tables, q.table(s))
	}
	return v
}

// table keeps the greenlets that match, and whoever is above them in the tree.
func (q *query) table(s rt.Snapshot) table {
	t := table{Snapshot: s}
	var path []row // to the current one, those that are not shown yet
	for depth, g := range rt.Tree(s.Greenlets) {
		for len(path) > 0 && path[len(path)-1].Depth >= depth {
			path = path[:len(path)-1]
		}
		r := row{Info: g, Depth: depth}
		if !q.matches(g) {
			r.Parent = true
			path = append(path, r)
			continue
		}
		t.Rows = append(append(t.Rows, path...), r)
		path = path[:0]
	}
	if q.limit > 0 && len(t.Rows) > q.limit {
		t.Hidden = len(t.Rows) - q.limit
		t.Rows = t.Rows[:q.limit]
	}
	return t
}

var page = template.Must(template.New("greenlets").Funcs(template.FuncMap{
	"short": func(d time.Duration) string { return d.Round(time.Millisecond).String() },
	"seconds": func(d time.Duration) string {
		if d <= 0 {
			return ""
		}
		return d.Round(time.Second).String()
	},
}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
{{if .Refresh}}<meta http-equiv="refresh" content="{{.Refresh}}"/>{{end}}
<title>greenlets</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 1.5em; color: #222; }
table { border-collapse: collapse; margin: .5em 0 1.5em; }
th, td { text-align: left; padding: .15em .8em .15em 0; vertical-align: top; }
th { border-bottom: 1px solid #aaa; }
pre, code { font: 12px/1.4 monospace; }
pre { margin: .2em 0; }
.num { text-align: right; }
.parent { color: #999; }
.held { color: #b00; }
</style>
</head>
<body>
<h1>Greenlets</h1>
<form method="get">
<label>Find <input type="search" name="q" value="{{.Query}}" placeholder="number, name, wait or stack"/></label>
<label>Refresh every <input type="number" name="refresh" min="0" value="{{.Refresh}}" style="width:4em"/> s</label>
<button type="submit">Show</button>
<a href="?format=json">JSON</a>
</form>
<p>{{.Time.Format "2006-01-02 15:04:05"}}: {{len .Hubs}} hubs; since the start {{.Total.Greenlets}} greenlets,
{{.Total.Switches}} switches, {{.Total.Suspensions}} suspensions, {{.Total.Offloads}} calls on workers,
{{.Total.Polls}} polls, {{.Total.Blocked}} places that held a hub.</p>
{{range .Tables}}
<h2 id="hub{{.Hub}}">Hub {{.Hub}}{{if .Goroutine}}, goroutine {{.Goroutine}}{{end}}</h2>
{{if and .Silent (not .Goroutine)}}<p class="held">It does not answer: it waits for a RunOnce.</p>
{{else if .Silent}}<p class="held">It does not answer: a greenlet holds it.</p>
<pre>{{.Stack}}</pre>
{{else}}<p>{{.Stats.Alive}} greenlets, {{.Stats.Ready}} ready, {{.Stats.DescWaits}} wait for descriptors,
{{.Stats.Workers}} jobs of workers, {{.Stats.Timers}} timers; {{.Stats.Switches}} switches.</p>
<table>
<thead><tr><th>greenlet</th><th>state</th><th>waits for</th><th class="num">for</th><th class="num">left</th><th>where</th></tr></thead>
<tbody>
{{range .Rows}}<tr{{if .Parent}} class="parent"{{end}}>
<td style="padding-left:{{.Depth}}em">{{.ID}}</td><td>{{.State}}</td><td>{{.Wait}}</td>
<td class="num">{{seconds .For}}</td><td class="num">{{if .Left}}{{short .Left}}{{end}}</td>
<td><details><summary>{{.Name}}</summary><pre>{{range .Stack}}{{.}}
{{end}}{{range .Spawn}}spawned at {{.}}
{{end}}</pre></details></td>
</tr>
{{end}}</tbody>
</table>
{{if .Hidden}}<p>{{.Hidden}} more are not shown.</p>{{end}}{{end}}{{end}}
{{if .Blocked}}<h2>Held hubs</h2>
{{range .Blocked}}<p class="held">Hub {{.Hub}}, for {{short .Held}}, by greenlet {{.Greenlet}} {{.Name}}{{if .Place}} at <code>{{.Place}}</code>{{end}}.
{{if .Mark}}To let a worker do it, put <code>//greengen:offload</code> before <code>{{.Mark}}</code>.{{end}}</p>
<pre>{{.Stack}}</pre>
{{end}}{{end}}</body>
</html>
`))
