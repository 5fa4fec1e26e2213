// Fuzz runs random programs plain, green and in torture mode, and makes those that
// differ small.
//
// # Batches
//
// What costs is the compiler, by the line that greengen generates. So programs
// are small, and many of them are files of one package with one prelude. Each is
// run in a process of its own, by number, since it may panic, exit or hang. A
// program that breaks the build is found by the file names in the messages, else
// by halving.
//
// # Verdicts
//
// Exit code, stdout and, but for stacks and addresses, stderr must be those of
// the plain run, which has to be the same twice. What differs in a batch is built
// and run again alone, as a package of its own: a machine under load is no
// difference. Only then is it shrunk, and written to -out.
//
// # Dumps
//
// The passes also print what they made of each batch, and with -corpus of Go's
// own test programs: none may panic, on anything.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/greengen/greengen/internal/fuzz/gen"
)

func main() {
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run() (bool, error) {
	c := config{log: os.Stderr}
	flag.IntVar(&c.n, "n", 200, "make `n` programs")
	flag.Uint64Var(&c.seed, "seed", 1, "of the first program; the next has the next")
	flag.IntVar(&c.batch, "batch", 200, "build `n` programs at a time")
	flag.IntVar(&c.workers, "workers", runtime.NumCPU(), "run `n` programs at a time")
	flag.IntVar(&c.rounds, "rounds", 30, "shrink in at most `n` rounds")
	flag.IntVar(&c.most, "most", 5, "shrink at most `n` programs")
	flag.IntVar(&c.sample, "corpus", 0, "dump each pass on `n` of Go's own test programs")
	flag.StringVar(&c.out, "out", "", "write what failed to `folder`")
	flag.StringVar(&c.gcflags, "gcflags", "-N -l -dwarf=false", "compile the programs with `flags`; they are large, and this is quick")
	show := flag.Bool("print", false, "print the program of -seed")
	flag.Parse()
	if *show {
		fmt.Print(gen.Program("main", c.seed))
		return true, nil
	}
	if err := folders(&c); err != nil {
		return false, err
	}
	defer os.RemoveAll(c.tmp)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	f := &fuzzer{config: c, ctx: ctx}
	err := f.run()
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	if f.dumped > 0 {
		fmt.Printf("fuzz: dumped %d of Go's own programs\n", f.dumped)
	}
	fmt.Printf("fuzz: %d programs, %d failed, functions native %d of %d, suspensions %d\n", f.programs, f.failed, f.native, f.total, f.suspensions)
	return f.failed == 0, err
}

// folders finds the module's root, and makes those for what is built and found.
func folders(c *config) error {
	mod, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/greengen/greengen").Output()
	if err != nil {
		return fmt.Errorf("find greengen's own module: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("find GOROOT: %w", err)
	}
	c.repo, c.goroot = strings.TrimSpace(string(mod)), strings.TrimSpace(string(root))
	if c.tmp, err = os.MkdirTemp("", "fuzz-"); err != nil {
		return err
	}
	if c.out == "" {
		c.out = filepath.Join(os.TempDir(), "greengen-fuzz")
	}
	c.out, err = filepath.Abs(c.out)
	return err
}
