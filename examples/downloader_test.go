package examples_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	users  = 20
	photos = 2
)

// fakeServer makes the test's own program a photoserver that is somewhere else,
// dyingServer one that ends at the second connection, silentServer one that does
// not say its address, but calls one.
const (
	fakeServer   = "EXAMPLES_TEST_PHOTOSERVER"
	dyingServer  = "EXAMPLES_TEST_DYING"
	silentServer = "EXAMPLES_TEST_SILENT"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(fakeServer) != "":
		fmt.Println(os.Getenv(fakeServer))
		_, _ = io.Copy(io.Discard, os.Stdin)
	case os.Getenv(dyingServer) != "":
		die()
	case os.Getenv(silentServer) != "":
		if c, err := net.Dial("tcp", os.Getenv(silentServer)); err == nil {
			_, _ = io.Copy(io.Discard, c)
		}
	default:
		os.Exit(runTests(m))
	}
}

func die() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	for range 2 {
		if c, err := l.Accept(); err == nil {
			c.Close()
		}
	}
}

// bin has the programs under test.
var bin string

func runTests(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "examples"); err == nil {
		defer os.RemoveAll(bin)
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds the downloader with the generated files, without them, and with
// those of an overlay; and the servers, plain and green.
func build() error {
	generated, err := filepath.Glob("downloader/*_green.go")
	if err != nil {
		return err
	}
	replace := map[string]string{}
	for _, name := range generated {
		abs, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		replace[abs] = "" // not there
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	without := filepath.Join(bin, "overlay.json")
	if err := os.WriteFile(without, overlay, 0o644); err != nil {
		return err
	}
	for _, dir := range ways {
		if err := os.Mkdir(filepath.Join(bin, dir), 0o755); err != nil {
			return err
		}
	}
	greengen := filepath.Join(bin, "greengen")
	for _, args := range [][]string{
		{"go", "build", "-o", filepath.Join(bin, "photoserver"), "./downloader/photoserver"},
		{"go", "build", "-o", filepath.Join(bin, "generated"), "./downloader"},
		{"go", "build", "-overlay", without, "-o", filepath.Join(bin, "plain"), "./downloader"},
		{"go", "build", "-o", greengen, "../cmd/greengen"},
		{greengen, "build", "-o", filepath.Join(bin, "overlaid"), "./downloader"},
		append([]string{"go", "build", "-o", filepath.Join(bin, "onGoroutines") + "/"}, servers...),
		append([]string{greengen, "build", "-all", "-o", filepath.Join(bin, "onHub") + "/"}, servers...),
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	return nil
}

// serve starts a photoserver and returns its address.
func serve(t *testing.T, flags ...string) string {
	args := append([]string{"-users", fmt.Sprint(users), "-photos", fmt.Sprint(photos), "-delay", "1ms"}, flags...)
	cmd := exec.Command(filepath.Join(bin, "photoserver"), args...)
	cmd.Stderr = io.Discard // net/http's log of what it was told to do wrong
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	var addr address
	cmd.Stdout = &addr
	addr.ready.Add(1)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait() // some die as they are told
	})
	addr.ready.Wait()
	return strings.TrimSpace(addr.line)
}

// address is the first that is written to it.
type address struct {
	line  string
	ready sync.WaitGroup
}

func (a *address) Write(p []byte) (int, error) {
	a.line = string(p)
	a.ready.Done()
	return len(p), nil
}

// run is how a downloader ended.
type run struct {
	code   int
	stderr string
	result struct {
		Users, Photos, Verified int
		Failed                  []string
		OnHub                   bool
		Hub                     struct{ Greenlets, Suspensions, Offloads int }
	}
	files map[string]string
}

func download(t *testing.T, program, mode, addr string) *run {
	out := t.TempDir()
	cmd := exec.Command(filepath.Join(bin, program), "-json", "-mode", mode, "-addr", addr, "-out", out,
		"-users", fmt.Sprint(users), "-photos", fmt.Sprint(photos))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		require.ErrorAs(t, err, new(*exec.ExitError))
	}
	r := &run{code: cmd.ProcessState.ExitCode(), stderr: strings.ReplaceAll(stderr.String(), mode, "MODE")}
	results := []any{&r.result}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &results), "%s%s", &stdout, &stderr)
	r.files = read(t, filepath.Join(out, mode))
	return r
}

// read returns the files of a folder, which need not be there.
func read(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	return files
}

func TestDownload(t *testing.T) {
	addr := serve(t)
	want := download(t, "plain", "sequential", addr)
	require.Len(t, want.files, users*photos)

	for _, c := range []struct {
		program, mode string
		onHub         bool
	}{
		{"plain", "goroutines", false},
		{"plain", "green", false},
		{"generated", "sequential", false},
		{"generated", "goroutines", false},
		{"generated", "green", true},
		{"overlaid", "goroutines", false},
		{"overlaid", "green", true},
	} {
		t.Run(c.program+" "+c.mode, func(t *testing.T) {
			got := download(t, c.program, c.mode, addr)
			require.Zero(t, got.code, got.stderr)
			require.Empty(t, got.stderr)
			require.Equal(t, users*photos, got.result.Verified)
			require.Equal(t, want.files, got.files)
			require.Equal(t, c.onHub, got.result.OnHub)
			if c.onHub {
				require.Equal(t, users+1, got.result.Hub.Greenlets)
				require.Equal(t, users, got.result.Hub.Offloads, "savePhotos, and nothing else")
				require.Greater(t, got.result.Hub.Suspensions, 2*users)
			}
		})
	}
}

func TestOneUserFails(t *testing.T) {
	for _, c := range []struct{ name, flag, value, want string }{
		{"refused", "-refuse", "user0007", "MODE: user0007: log in: HTTP/1.1 403 Forbidden: wrong user or password\n"},
		{"truncated", "-truncate", "user0007/photo1.png", "MODE: user0007: photo photo1.png: body: "},
		{"wrong hash", "-corrupt", "user0007/photo1.png", "MODE: user0007: photo photo1.png: SHA-256 is "},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := serve(t, c.flag, c.value)
			plain := download(t, "generated", "goroutines", addr)
			green := download(t, "generated", "green", addr)
			for _, r := range []*run{plain, green} {
				require.Equal(t, 1, r.code)
				require.Contains(t, r.stderr, c.want)
				require.Contains(t, r.stderr, "MODE: 1 of 20 users failed\n")
				require.Equal(t, []string{"user0007"}, r.result.Failed)
				require.Equal(t, (users-1)*photos, r.result.Verified)
			}
			require.Equal(t, plain.stderr, green.stderr)
			require.Equal(t, plain.files, green.files)
		})
	}
}

func TestServerDies(t *testing.T) {
	for _, mode := range []string{"goroutines", "green"} {
		t.Run(mode, func(t *testing.T) {
			r := download(t, "generated", mode, serve(t, "-die-after", fmt.Sprint(users*photos*3/4)))
			require.Equal(t, 1, r.code)
			require.NotEmpty(t, r.result.Failed)
			require.Contains(t, r.stderr, ": photo photo")
			for _, user := range r.result.Failed {
				require.Equal(t, 1, strings.Count(r.stderr, "MODE: "+user+": "), r.stderr)
			}
			require.Equal(t, (users-len(r.result.Failed))*photos, r.result.Verified)
		})
	}
}

func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())

	plain := download(t, "generated", "goroutines", addr)
	green := download(t, "generated", "green", addr)
	require.Equal(t, 1, green.code)
	require.Equal(t, users, strings.Count(green.stderr, ": connect: dial tcp "+addr+": connect: connection refused\n"), green.stderr)
	require.Equal(t, plain.stderr, green.stderr)
}

// Who is called in a way that makes no sense says why and ends with 2.
func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"generated -mode bogus":             `no mode "bogus"`,
		"generated stray":                   `unexpected argument "stray"`,
		"generated -users 0":                "there must be users",
		"generated -photos -1":              "must not be negative",
		"generated -nonsense":               "-nonsense",
		"photoserver stray":                 `unexpected argument "stray"`,
		"photoserver -corrupt user9/x.png":  `-corrupt: no photo "user9/x.png"`,
		"photoserver -truncate user0000":    `-truncate: no photo "user0000"`,
		"photoserver -users 1 -refuse user": `-refuse: no user "user"`,
	} {
		t.Run(args, func(t *testing.T) {
			fields := strings.Fields(args)
			cmd := exec.Command(filepath.Join(bin, fields[0]), fields[1:]...)
			out, err := cmd.CombinedOutput()
			require.Error(t, err)
			require.Equal(t, 2, cmd.ProcessState.ExitCode())
			require.Contains(t, string(out), want)
		})
	}
	out, err := exec.Command(filepath.Join(bin, "photoserver"), "-h").CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(out), "its standard input ends")
}

// The delay of a server that runs already is not known.
func TestBannerOfAddr(t *testing.T) {
	addr := serve(t)
	out, err := exec.Command(filepath.Join(bin, "generated"), "-mode", "green", "-addr", addr,
		"-users", fmt.Sprint(users), "-photos", fmt.Sprint(photos)).CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(out), "20 users with 2 photos each, from "+addr+"\n")
	require.NotContains(t, string(out), "every answer after")
}

// A server that ended is the cause to report, also if there is one mode only.
func TestServerEnds(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(filepath.Join(bin, "generated"), "-mode", "green", "-users", "1", "-server", self)
	cmd.Env = append(slices.Clone(os.Environ()), dyingServer+"=1", "TMPDIR="+t.TempDir())
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 1, cmd.ProcessState.ExitCode())
	require.Contains(t, string(out), "the photoserver ended\n")
}

// A signal before the first download is an interrupt, not a failure to start.
func TestInterruptStart(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	tools := t.TempDir()
	require.NoError(t, os.Symlink(self, filepath.Join(tools, "go")))
	for name, c := range map[string]struct {
		args   []string
		signal os.Signal
	}{
		"server":       {[]string{"-server", self}, os.Interrupt},
		"server, TERM": {[]string{"-server", self}, syscall.SIGTERM},
		"go build":     {nil, os.Interrupt},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			temp := t.TempDir()
			cmd := exec.Command(filepath.Join(bin, "generated"), c.args...)
			cmd.Env = append(slices.Clone(os.Environ()), silentServer+"="+l.Addr().String(), "TMPDIR="+temp, "PATH="+tools)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			require.NoError(t, cmd.Start())
			started, err := l.Accept()
			require.NoError(t, err)
			defer started.Close()
			require.NoError(t, cmd.Process.Signal(c.signal))
			require.Error(t, cmd.Wait())
			require.Equal(t, 1, cmd.ProcessState.ExitCode())
			require.Equal(t, "downloader: interrupted\n", stderr.String())
			left, err := os.ReadDir(temp)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// An interrupted downloader ends its worker and its server and removes its files.
func TestInterrupt(t *testing.T) {
	for _, mode := range []string{"goroutines", "green"} {
		t.Run(mode, func(t *testing.T) {
			var once sync.Once
			running := make(chan struct{})
			srv := &http.Server{ReadHeaderTimeout: time.Minute}
			srv.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/manifest" {
					once.Do(func() { close(running) })
					_, _ = io.Copy(io.Discard, r.Body)
					<-r.Context().Done() // the worker is gone
				}
			})
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go func() { _ = srv.Serve(l) }()
			defer srv.Close()

			self, err := os.Executable()
			require.NoError(t, err)
			temp := t.TempDir()
			cmd := exec.Command(filepath.Join(bin, "generated"), "-mode", mode, "-server", self)
			cmd.Env = append(slices.Clone(os.Environ()), fakeServer+"="+l.Addr().String(), "TMPDIR="+temp)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr // Wait returns when none of the processes has it open any more
			require.NoError(t, cmd.Start())
			<-running
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
			require.Error(t, cmd.Wait())
			require.Equal(t, 1, cmd.ProcessState.ExitCode())
			require.Contains(t, stderr.String(), "downloader: interrupted\n")
			require.Empty(t, read(t, temp))
			left, err := os.ReadDir(temp)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}
