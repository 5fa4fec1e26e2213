package runner

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/greengen/greengen/internal/conformance/outcome"
)

// bareBuild builds the programs without instruments, nil if that was not asked for.
func (r *Runner) bareBuild(id string, batch []*program, slugs []string) (*build, error) {
	if !r.Bare {
		return nil, nil
	}
	dir := filepath.Join(r.plainDir, "bare")
	for _, p := range batch {
		if slices.Contains(slugs, p.Slug()) {
			if err := r.write(dir, p, p.sources); err != nil {
				return nil, err
			}
		}
	}
	b := r.build(r.home(dir, batch[0]), id+"-bare", batch[0])
	b.run(slugs)
	return b, nil
}

// bareRun says in k how the instrumented program differs from the other one.
func (r *Runner) bareRun(p *program, k *plain, b *build) error {
	if _, err := os.Stat(b.binary(p.Slug())); err != nil {
		k.Bare = "does not build"
		return nil
	}
	c := r.command(p, b.binary(p.Slug()), plainTimeout)
	c.Blocks = 0
	o, err := outcome.Run(r.ctx, c)
	if err != nil {
		return err
	}
	k.Bare = ""
	if d := outcome.Compare(o, k.Run, outcome.ByNone); d != nil {
		k.Bare = d.Cause + ": " + d.Detail
	}
	return nil
}
