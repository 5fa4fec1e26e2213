package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/greengen/greengen/internal/conformance/outcome"
	"github.com/greengen/greengen/internal/conformance/suite"
	"github.com/greengen/greengen/transform/ir"
)

// greenTimeout is how long a green program may take: each block and call of it
// goes through the hub. One that never ends is not worth waiting for.
func greenTimeout(plain *outcome.Outcome) time.Duration {
	if cutOff(plain.Exit) {
		return 2 * plain.Took
	}
	return min(20*time.Second+50*plain.Took, 5*time.Minute)
}

// cutOff reports whether a program did not end by itself: what it did until
// then is chance.
func cutOff(exit string) bool {
	return strings.HasPrefix(exit, "timeout") || strings.HasPrefix(exit, "too much")
}

// attempt is one program, green.
type attempt struct {
	p     *program
	run   *outcome.Outcome // nil if it could not be built
	cause string           // why there is no run
	text  string           // in detail
	fates []fate
	files []string // generated ones, for artefacts
}

// greenBatch weaves, builds and runs the programs, which lie below dir, and
// hands each to done, as soon as its group is through.
func (r *Runner) greenBatch(id, dir string, batch []*program, plains map[*program]*plain, done func(*attempt) error) error {
	groups, failed, err := r.weave(id, dir, batch)
	if err != nil {
		return err
	}
	for _, p := range batch {
		if text, bad := failed[p.Slug()]; bad {
			if err := done(&attempt{p: p, cause: "transform", text: text}); err != nil {
				return err
			}
		}
	}
	for i, g := range groups {
		if err := r.greenGroup(fmt.Sprintf("%s-%d", id, i), dir, g, plains, done); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) greenGroup(id, dir string, g woven, plains map[*program]*plain, done func(*attempt) error) error {
	defer os.RemoveAll(g.cache)
	var slugs []string
	for _, p := range g.programs {
		slugs = append(slugs, p.Slug())
	}
	b := r.build(dir, id+"-green", g.programs[0])
	defer os.RemoveAll(b.bin)
	b.flags = g.reply.Flags
	b.env = append(b.env, g.reply.Env...)
	failed := b.run(slugs)
	generated := overlaid(g.reply.Flags, dir)
	for _, p := range g.programs {
		a := &attempt{p: p, files: generated[p.Slug()]}
		for _, f := range g.reply.Funcs {
			if file, ours := p.local(f.File); ours {
				f.File = file
				a.fates = append(a.fates, f)
			}
		}
		if text, bad := failed[p.Slug()]; bad {
			a.cause, a.text = "build", text
		} else {
			var err error
			c := r.command(p, b.binary(p.Slug()), greenTimeout(plains[p].Run))
			if a.run, err = outcome.Run(r.ctx, c); err != nil {
				return err
			}
		}
		if err := done(a); err != nil {
			return err
		}
	}
	return nil
}

// local turns a file's name below the module's root into one that p.names has.
func (p *program) local(file string) (string, bool) {
	if rest, ok := strings.CutPrefix(file, p.Slug()+"/"); ok {
		return rest, true
	}
	return "../" + file, p.Module != suite.Module
}

// judge compares an attempt with what the plain program did.
func judge(a *attempt, k *plain) *outcome.Diff {
	if a.run == nil {
		return &outcome.Diff{Cause: a.cause, Detail: a.text}
	}
	if d := outcome.Compare(k.Run, a.run, k.Level); d != nil {
		return d
	}
	return a.suspensions()
}

// suspensions checks that each block entered in green code suspended. Those that
// were parked when the program ended did not resume: never the only greenlet.
func (a *attempt) suspensions() *outcome.Diff {
	t := a.run.Trace
	parked := t.Green - t.Suspended
	if parked == 0 || a.p.spawns && parked < t.Green {
		return nil
	}
	return &outcome.Diff{
		Cause:  "suspensions",
		Detail: fmt.Sprintf("%d blocks entered green, %d of them resumed", t.Green, t.Suspended),
	}
}

// left is a function that is not native.
type left struct {
	Name string
	At   string // file:line below the program's folder
	Why  string
}

// tally counts native functions among those entered after main began, and how
// often they suspended at the start of a block: as often as they entered one.
func (a *attempt) tally() (native, total int, suspensions uint64, others []left) {
	type key struct {
		file      string
		line, col int
	}
	byPlace := map[key]fate{}
	for _, f := range a.fates {
		byPlace[key{f.File, f.Line, f.Col}] = f
	}
	entered := a.entered()
	for i, funcs := range a.p.ins.Funcs {
		for j, f := range funcs {
			blocks := entered[funcID{a.p.names[i], j}]
			if blocks.plain+blocks.green == 0 {
				continue
			}
			total++
			fate, known := byPlace[key{a.p.names[i], f.Line, f.Col}]
			why := fate.why(known, blocks)
			if why == "" {
				native++
				suspensions += blocks.green
				continue
			}
			others = append(others, left{f.Name, fmt.Sprintf("%s:%d", a.p.names[i], f.Line), why})
		}
	}
	// Who is parked when the program ends did not get through.
	parked := a.run.Trace.Green - a.run.Trace.Suspended
	return native, total, suspensions - min(parked, suspensions), others
}

// funcID names a function by file and index in its file.
type funcID struct {
	file  string
	index int
}

// colors says how often blocks were entered by which code, after main began.
type colors struct{ plain, green uint64 }

func (a *attempt) entered() map[funcID]colors {
	by := map[funcID]colors{}
	for n, b := range a.p.ins.Blocks {
		c := by[funcID{b.File, b.Func}]
		c.plain += a.run.Trace.Plain[n]
		c.green += a.run.Trace.Twin[n]
		by[funcID{b.File, b.Func}] = c
	}
	return by
}

// why says why a function is not native, "" if it is.
func (f fate) why(known bool, entered colors) string {
	switch {
	case !known:
		return "not among the functions transformed"
	case f.Reason != "":
		return f.Reason
	case entered.plain > 0 && entered.green > 0:
		return "green, but some calls ran its plain form"
	case entered.plain > 0 && f.Color == ir.Green:
		return "green, but all calls ran its plain form"
	case entered.plain > 0:
		return f.Color.String()
	}
	return ""
}

// overlaid lists the files that the overlay adds to each program's folder.
func overlaid(flags []string, dir string) map[string][]string {
	files := map[string][]string{}
	for to, from := range readOverlay(flags) {
		rel, err := filepath.Rel(dir, to)
		if err != nil || strings.HasPrefix(rel, "..") {
			continue
		}
		slug, _, ok := strings.Cut(filepath.ToSlash(rel), "/")
		if ok && from != "" {
			files[slug] = append(files[slug], to+"\x00"+from)
		}
	}
	return files
}
