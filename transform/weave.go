package transform

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/greengen/greengen/transform/emit"
	"github.com/greengen/greengen/transform/ir"
	"github.com/greengen/greengen/transform/load"
)

// weave renames a package's main and green tests, and adds functions with their
// names that run them on a hub, if all is to be green. Hoisted types get the name _
// where they were declared, and values of generic functions are made by the generated
// code. Nothing else of the user's is edited, and no line moves.
func weave(u *ir.Unit, p *ir.Package, all bool) []File {
	entries := map[types.Object]string{}
	var tests []string
	var bodies []ir.Edit
	if !all {
		return rename(p, entries, nil)
	}
	if obj := p.Types.Scope().Lookup("main"); obj != nil && p.Types.Name() == "main" {
		entries[obj] = emit.MainPlain
	}
	for _, f := range p.Funcs {
		if f.Color == ir.Green && f.IsTest() {
			entries[f.Obj] = emit.PlainTest(f.Obj.Name())
			tests = append(tests, f.Obj.Name())
			bodies = append(bodies, testEntry(f))
		}
	}
	p.StandIns = standIns(p)
	out := rename(p, entries, bodies)
	if len(out) == 0 {
		return nil
	}
	dir, head := filepath.Dir(out[0].Path), entryHead(p)
	if len(p.Edits) > 0 {
		out = append(out, announcing(u, p, dir)...)
	}
	if len(p.StandIns) > 0 {
		out = append(out, standInFile(p, dir))
	}
	if len(entries) > len(tests) {
		src := head + "import greengen_rt \"" + load.RT + "\"\n\nfunc main() { greengen_rt.RunMain(" + emit.MainPlain + ") }\n"
		out = append(out, File{Path: filepath.Join(dir, "greengen_main_green.go"), Data: []byte(src)})
	}
	if len(tests) > 0 {
		name := "greengen_" + p.Types.Name() + "_green_test.go"
		out = append(out, File{Path: filepath.Join(dir, name), Data: []byte(head + testsSource(tests))})
	}
	return out
}

// entryHead begins a file of ours. Its Go version is the same in every module: it uses
// type parameters.
func entryHead(p *ir.Package) string {
	return load.Header + "\n\n//go:build go1.21\n\npackage " + p.Types.Name() + "\n\n"
}

// standIns returns where p's source mentions functions of std that would not know of greenlets.
func standIns(p *ir.Package) (list []ir.Wrap) {
	if p.Fixed {
		return nil
	}
	for _, f := range p.Files {
		ast.Inspect(f.Ast, func(n ast.Node) bool {
			x, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			id, _ := x.(*ast.Ident)
			if sel, ok := x.(*ast.SelectorExpr); ok {
				id = sel.Sel
			}
			if id == nil {
				return true
			}
			name, _ := ir.StandIn(p.Info.Uses[id])
			if name == "" {
				return true
			}
			list = append(list, ir.Wrap{File: f, X: x, Call: standInCall + name})
			return false
		})
	}
	return list
}

const standInCall = "greengen_"

// standInFile makes the file with what standIns refers to.
func standInFile(p *ir.Package, dir string) File {
	src := entryHead(p) + "import greengen_rt \"" + load.RT + "\"\n"
	for name, typ := range ir.StandIns {
		// It is handed std's function, so that the import is used.
		src += "\nfunc " + standInCall + name + "(" + typ + ") " + typ + " { return greengen_rt." + name + " }\n"
	}
	return File{Path: filepath.Join(dir, madeName(p, "stand_ins")), Data: []byte(src)}
}

// madeName names a file of ours that is not made from one of p's.
func madeName(p *ir.Package, what string) string {
	if strings.HasSuffix(p.Types.Name(), "_test") && strings.HasSuffix(p.Path, "_test") {
		return "greengen_" + p.Types.Name() + "_" + what + "_green_test.go"
	}
	return "greengen_" + what + "_green.go"
}

// announcing makes the files with what the edits for channels, Conds and WaitGroups call.
func announcing(u *ir.Unit, p *ir.Package, dir string) []File {
	src := entryHead(p) + `import (
	greengen_time "time"

	greengen_rt "` + load.RT + `"
	greengen_chans "` + load.RT + `/chans"
)

func init() { greengen_rt.OwnChannels() }

// No variable says it: those that need it would come after others that they were before.

func ` + ir.Announced + `[C any](ch C) C {
	greengen_rt.OwnChannels()
	return greengen_chans.Announced(ch)
}

func ` + ir.AnnouncedNow + `[C any](ch C) C {
	greengen_rt.OwnChannels()
	return greengen_chans.AnnouncedNow(ch)
}

func ` + ir.CloseCall + `[T any](ch chan<- T) { greengen_chans.CloseOutside(ch) }

func ` + ir.DoneCall + `(ctx interface{ Done() <-chan struct{} }) <-chan struct{} { return greengen_chans.Done(ctx) }

func ` + ir.TimerCall + `ResetTimer(t *greengen_time.Timer, d greengen_time.Duration) bool { return greengen_chans.ResetTimer(t, d) }

func ` + ir.TimerCall + `ResetTicker(t *greengen_time.Ticker, d greengen_time.Duration) { greengen_chans.ResetTicker(t, d) }

func ` + ir.TimerCall + `StopTicker(t *greengen_time.Ticker) { greengen_chans.StopTicker(t) }
`
	for _, fn := range [][2]string{{"After", "<-chan greengen_time.Time"}, {"Tick", "<-chan greengen_time.Time"},
		{"NewTimer", "*greengen_time.Timer"}, {"NewTicker", "*greengen_time.Ticker"}} {
		// They are handed std's function, so that the import is used.
		sig := "func(greengen_time.Duration) " + fn[1]
		src += "\nfunc " + ir.TimerCall + fn[0] + "(_ " + sig + ") " + sig + " { return greengen_chans." + fn[0] + " }\n"
	}
	out := []File{{Path: filepath.Join(dir, madeName(p, "chans")), Data: []byte(src)}}
	if !u.Channels.NoConds {
		out = append(out, File{Path: filepath.Join(dir, madeName(p, "conds")), Data: []byte(entryHead(p) + condsSource)})
	}
	if !u.Channels.NoGroups {
		out = append(out, File{Path: filepath.Join(dir, madeName(p, "groups")), Data: []byte(entryHead(p) + groupsSource)})
	}
	return out
}

// condsSource has what the edits for Conds call.
const condsSource = `import (
	greengen_sync "sync"

	greengen_rt "` + load.RT + `"
	greengen_rtsync "` + load.RT + `/sync"
)

func init() { greengen_rt.OwnConds() }

func ` + ir.WakeCall + `Signal(c *greengen_sync.Cond) { greengen_rtsync.Signal(c) }

func ` + ir.WakeCall + `Broadcast(c *greengen_sync.Cond) { greengen_rtsync.Broadcast(c) }
`

// groupsSource has what the edits for WaitGroups call.
const groupsSource = `import (
	greengen_sync "sync"

	greengen_rt "` + load.RT + `"
	greengen_rtsync "` + load.RT + `/sync"
)

func init() { greengen_rt.OwnGroups() }

func ` + ir.WakeCall + `Add(w *greengen_sync.WaitGroup, delta int) { greengen_rtsync.Add(w, delta) }

func ` + ir.WakeCall + `Done(w *greengen_sync.WaitGroup) { greengen_rtsync.Done(w) }

func ` + ir.WakeCall + `Go(w *greengen_sync.WaitGroup, f func()) { greengen_rtsync.Go(w, f) }
`

// testEntry is the function that go test finds in f's place: behind it, on its last line, as
// tests run in the order of their source.
func testEntry(f *ir.Func) ir.Edit {
	t, end := f.Decl.Type.Params.List[0].Type, f.Decl.End()
	typ := f.File.Src[f.File.Offset(t.Pos()):f.File.Offset(t.End())]
	name := f.Obj.Name()
	return ir.Edit{File: f.File, From: end, To: end,
		Text: fmt.Sprintf("; func %s(greengen_t %s) { greengen_%s(greengen_t) }", name, typ, name)}
}

// testsSource writes what those functions call. Each runs its test's twin on a hub of
// its own; a deadlock fails the test.
func testsSource(tests []string) string {
	var b strings.Builder
	b.WriteString(`import (
	greengen_testing "testing"
	greengen_unsafe "unsafe"

	greengen_rt "` + load.RT + `"
	greengen_green "` + load.RT + `/green"
)

type greengenTest struct {
	greengen_green.Env
	t    *greengen_testing.T
	test func(*greengen_testing.T)
	twin func(*greengen_green.Hub, *greengen_testing.T) *greengen_green.Frame
}

func greengenTwin(h *greengen_green.Hub, env greengen_unsafe.Pointer) *greengen_green.Frame {
	e := (*greengenTest)(env)
	return e.twin(h, e.t)
}

//go:noinline
func greengenBind(e *greengenTest) func() {
	e.Twin = greengen_green.Func(greengenTwin)
	fn := func() { e.test(e.t) }
	greengen_green.Bind(greengen_green.Func(fn), greengen_unsafe.Pointer(e))
	return fn
}

func greengenRun(e *greengenTest) {
	if err := greengen_rt.Run(greengenBind(e), greengen_rt.Lingering(), greengen_rt.WithTakeover()); err != nil {
		e.t.Fatal(err)
	}
}
`)
	for _, name := range tests {
		fmt.Fprintf(&b, "\nfunc greengen_%s(t *greengen_testing.T) {\n\tgreengenRun(&greengenTest{t: t, test: %s, twin: %s})\n}\n",
			name, emit.PlainTest(name), emit.TestTwin(name))
	}
	return b.String()
}

// edit puts text in the place of part of a source file.
type edit struct {
	from, to int // offsets
	text     string
}

// rename gives objects other names wherever the package's files mention them, and
// hoisted types where they are declared. It makes p's edits, and more.
func rename(p *ir.Package, names map[types.Object]string, more []ir.Edit) []File {
	edits := map[*ir.File][]edit{}
	note := func(id *ast.Ident, obj types.Object, names map[types.Object]string) {
		name, ok := names[obj]
		if !ok {
			return
		}
		for _, f := range p.Files {
			if f.Ast.FileStart <= id.Pos() && id.Pos() < f.Ast.FileEnd {
				from := f.Offset(id.Pos())
				edits[f] = append(edits[f], edit{from, from + len(id.Name), name})
			}
		}
	}
	hoisted, used := map[types.Object]string{}, map[types.Object]string{}
	for _, h := range p.Hoisted {
		hoisted[h.Name] = "_"
		if as := h.Use(); as != h.Name.Name() {
			used[h.Name] = as
		}
	}
	for id, obj := range p.Info.Defs {
		note(id, obj, names)
		note(id, obj, hoisted)
	}
	for id, obj := range p.Info.Uses {
		note(id, obj, names)
		note(id, obj, used)
	}
	for _, e := range append(slices.Clip(p.Edits), more...) {
		edits[e.File] = append(edits[e.File], edit{e.File.Offset(e.From), e.File.Offset(e.To), e.Text})
	}
	for _, w := range append(slices.Clip(p.Wraps), p.StandIns...) {
		from, to := w.File.Offset(w.X.Pos()), w.File.Offset(w.X.End())
		edits[w.File] = append(edits[w.File], edit{from, from, w.Call + "("}, edit{to, to, ")"})
	}
	var out []File
	for _, f := range p.Files {
		if len(edits[f]) > 0 {
			out = append(out, File{Path: f.Path, Data: apply(f.Src, edits[f]), Edited: true})
		}
	}
	return out
}

// apply makes the edits; what is put in comes before what is replaced.
func apply(src []byte, edits []edit) []byte {
	sort.SliceStable(edits, func(i, j int) bool {
		return edits[i].from < edits[j].from || edits[i].from == edits[j].from && edits[i].to < edits[j].to
	})
	var data []byte
	last := 0
	for _, e := range edits {
		data = append(append(data, src[last:e.from]...), e.text...)
		last = e.to
	}
	return append(data, src[last:]...)
}
