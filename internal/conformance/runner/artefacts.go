package runner

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/greengen/greengen/internal/conformance/outcome"
)

// readOverlay returns the overlay that a -overlay flag names.
func readOverlay(flags []string) map[string]string {
	var file struct{ Replace map[string]string }
	for _, f := range flags {
		if name, ok := strings.CutPrefix(f, "-overlay="); ok {
			if data, err := os.ReadFile(name); err == nil {
				_ = json.Unmarshal(data, &file) // the go command will say what is wrong
			}
		}
	}
	return file.Replace
}

// keep writes all that helps to understand a failure to a folder of its own.
func (r *Runner) keep(kind string, a *attempt, k *plain, d *outcome.Diff) error {
	dir := filepath.Join(r.failDir, kind+a.p.Slug())
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	files := map[string][]byte{
		"why.txt":      fmt.Appendf(nil, "%s (%s)\n%s: %s\n", a.p.File, a.p.Recipe.Action, d.Cause, d.Detail),
		"plain.stdout": k.Run.Stdout, "plain.stderr": k.Run.Stderr,
	}
	if a.run != nil {
		files["green.stdout"], files["green.stderr"] = a.run.Stdout, a.run.Stderr
		files["exit.txt"] = fmt.Appendf(nil, "plain %s\ngreen %s\n", k.Run.Exit, a.run.Exit)
		files["blocks.tsv"] = blockTable(a.p, k.Run.Trace, a.run.Trace)
	}
	for _, s := range a.p.woven {
		files["src/"+s.Name] = s.Src
	}
	for _, f := range a.files {
		to, from, _ := strings.Cut(f, "\x00")
		data, err := os.ReadFile(from)
		if err != nil {
			continue // removed with its cache; the sources are enough to make it again
		}
		_, rel, _ := strings.Cut(filepath.ToSlash(to), "/"+a.p.Slug()+"/")
		files["green/"+rel] = data
	}
	for name, data := range files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(path.Clean(name))), data); err != nil {
			return err
		}
	}
	return nil
}

// blockTable shows how often each block was entered.
func blockTable(p *program, a, b *outcome.Trace) []byte {
	out := []byte("block\tplace\tplain run\tgreen run: before main\tplain\tgreen\n")
	for i, at := range p.ins.Blocks {
		mark := ""
		if a.Early[i]+a.Plain[i] != b.Early[i]+b.Plain[i]+b.Twin[i] {
			mark = "\t<<<"
		}
		out = fmt.Appendf(out, "%d\t%s:%d\t%d\t%d\t%d\t%d%s\n", i+1, at.File, at.Line,
			a.Early[i]+a.Plain[i], b.Early[i], b.Plain[i], b.Twin[i], mark)
	}
	return out
}
