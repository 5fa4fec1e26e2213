package main

import (
	"bytes"
	"fmt"
	"go/types"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/transform/color"
)

const table = "../../transform/color/blocking.txt"

// std is loaded once for all tests: some five seconds.
var std = sync.OnceValues(func() (*analysis, error) {
	lib, err := load()
	if err != nil {
		return nil, err
	}
	return analyse(lib), nil
})

// analysed returns what std says, if the committed table is for this release of it.
func analysed(t *testing.T) (*analysis, string) {
	t.Helper()
	want, err := os.ReadFile(table)
	require.NoError(t, err)
	if made := fmt.Sprintf("# for %s on ", goVersion()); !bytes.Contains(want, []byte(made)) {
		t.Skipf("the table was not made %sthis system", made[2:])
	}
	a, err := std()
	require.NoError(t, err)
	return a, string(want)
}

// The committed table is what std's code says.
func TestTableIsUpToDate(t *testing.T) {
	a, want := analysed(t)
	var got bytes.Buffer
	a.write(&got)
	if got.String() != want {
		t.Fatal("stale: run make blocking")
	}
}

// No function that green code calls directly may block, as far as std's code says.
func TestPlainDoesNotBlock(t *testing.T) {
	a, _ := analysed(t)
	for _, n := range a.names() {
		fn, ok := a.all[n].Object().(*types.Func)
		if !ok || !a.blocks(a.all[n]) || declared(n) {
			continue
		}
		kind, _ := color.Std(fn)
		if kind == color.StdPlain || kind == color.StdOffloadArg {
			t.Errorf("%s is %s: %s", n, kind, a.chain(a.all[n]))
		}
	}
}

// declared reports whether n is plain whatever it reaches: what tests call, and
// deadlines of conns.
func declared(n string) bool {
	return strings.HasPrefix(n, "testing.") || strings.HasSuffix(n, "Deadline")
}

// What the lists name is there: a name that std no longer has excuses nothing.
func TestListsAreUpToDate(t *testing.T) {
	a, _ := analysed(t)
	called := map[string]bool{}
	for f := range a.calls {
		called[name(f)] = true
	}
	for _, list := range []map[string]bool{primitives, cuts, keepers} {
		for n := range list {
			require.True(t, called[n], n)
		}
	}
	traps := map[string]bool{}
	for _, n := range a.traps {
		traps[n] = true
	}
	for n := range quick {
		require.True(t, traps[n], n)
	}
}

// Each way to a wait is found: by a system call's number, a channel, a method value,
// a function that is handed over or in a variable, a file handed over as an interface.
func TestBlocks(t *testing.T) {
	a, _ := analysed(t)
	for n, want := range map[string]bool{
		"os.(*Root).ReadFile": true, "os.Getwd": true, "os.Hostname": true, "path/filepath.Abs": true, "time.LoadLocation": true,
		"net/textproto.Dial": true, "net/textproto.(*Pipeline).StartRequest": true, "text/template.ParseFiles": true,
		"fmt.Scan": true, "archive/tar.FileInfoHeader": true, "syscall.Pause": true, "syscall.FcntlFlock": true,
		"os/exec.LookPath": true, "net.(*TCPConn).ReadFrom": true, "crypto/x509.(*Certificate).Verify": true,
		"fmt.Println": false, "fmt.Sprintf": false, "log.Println": false, "os.Getenv": false, "os.Getpid": false,
		"syscall.Getpid": false, "syscall.Dup": false, "syscall.Unshare": false, "os.Pipe": false,
		"os.(*File).SetDeadline": false, "time.Time.Local": false, "time.Now": false, "sync.(*Mutex).Lock": false,
		"encoding/json.Marshal": false, "go/format.Source": false, "io.Copy": false, "io/fs.ReadFile": false,
	} {
		require.NotNil(t, a.all[n], n)
		require.Equal(t, want, a.blocks(a.all[n]), n)
	}
}
