// Modules runs the own tests of modules that nobody wrote for greengen: plain,
// with everything patched, and in torture mode. Each is fetched by the module
// proxy and copied to a scratch folder, where it is the main module. The first is
// made of std's own tests: those of its external test packages that need nothing
// which is closed to other modules; the others are named, with what they need.
//
// A line a module says how many tests and subtests passed in each way, how many of
// the functions in the module are native, and how often greenlets suspended.
// A test counts against greengen if it passes plain and does not pass green,
// twice: real networks and clocks make some tests flaky.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// target is a module and what of it is tested.
type target struct {
	module, version string
	packages        []string
	needs           string // a server that its tests expect
}

// stdPackages have tests outside of themselves that need nothing which is closed.
const stdPackages = "./bufio ./bytes ./cmp ./context ./crypto/rand ./errors ./flag ./fmt ./go/format ./hash ./image ./io ./iter ./log/slog ./math ./math/big ./math/bits ./path ./slices ./strconv ./strings ./sync ./sync/atomic ./testing/slogtest ./text/tabwriter ./unicode ./unicode/utf16 ./unicode/utf8"

var targets = []target{
	{stdModule, "", strings.Fields(stdPackages), ""},
	{"golang.org/x/sync", "v0.24.0", []string{"./..."}, ""},
	{"github.com/armon/go-socks5", "v0.0.0-20160902184237-e75332964ef5", []string{"./..."}, ""},
	{"github.com/tidwall/redcon", "v1.6.4", []string{"./..."}, ""},
	{"github.com/gomodule/redigo", "v1.9.3", []string{"./..."}, "redis-server"},
	{"github.com/emersion/go-smtp", "v0.25.1", []string{"./..."}, ""},
	{"github.com/gorilla/websocket", "v1.5.3", []string{"./..."}, ""},
	{"github.com/hashicorp/yamux", "v0.1.2", []string{"./..."}, ""},
	{"golang.org/x/crypto", "v0.58.0", []string{"./ssh/..."}, ""},
	{"github.com/lib/pq", "v1.12.3", []string{"./..."}, "postgres"},
	{"github.com/mochi-mqtt/server/v2", "v2.7.9", []string{"./..."}, ""},
	{"github.com/valyala/fasthttp", "v1.68.0", []string{"./..."}, ""},
}

func main() {
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run() (bool, error) {
	only := flag.String("only", "", "take modules that match `regexp`")
	limit := flag.Duration("timeout", 5*time.Minute, "of one way of one module")
	keep := flag.Bool("keep", false, "keep the scratch folder, with the outputs")
	flag.Parse()
	want, err := regexp.Compile(*only)
	if err != nil {
		return false, err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tmp, err := os.MkdirTemp("", "greengen-modules")
	if err != nil {
		return false, err
	}
	if *keep {
		fmt.Fprintln(os.Stderr, "modules: in", tmp)
	} else {
		defer os.RemoveAll(tmp)
	}
	b := &bench{ctx: ctx, dir: tmp, tool: filepath.Join(tmp, "greengen"), limit: *limit}
	if err := b.command(".", "go", "build", "-o", b.tool, "github.com/greengen/greengen/cmd/greengen").Run(); err != nil {
		return false, fmt.Errorf("build greengen: %w", err)
	}
	good := true
	for _, t := range targets {
		if !want.MatchString(t.module) {
			continue
		}
		r, err := b.module(t)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			r = &report{note: err.Error()}
		}
		fmt.Println(r.line(t))
		good = good && err == nil && len(r.lost) == 0
	}
	return good, nil
}
