package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const page = "../../docs/patched.md"

// The committed page is what the tables say.
func TestPageIsUpToDate(t *testing.T) {
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	if made := "for " + goVersion() + " on "; !bytes.Contains(want, []byte(made)) {
		t.Skipf("the page was not made %sthis system", made)
	}
	var got bytes.Buffer
	require.NoError(t, write(&got))
	if got.String() != string(want) {
		t.Fatal("stale: run go run ./internal/patched > docs/patched.md")
	}
}

// What rt.Patched knows is what the tables say.
func TestNamesAreUpToDate(t *testing.T) {
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	if !bytes.Contains(text, []byte("for "+goVersion()+" on ")) {
		t.Skip("the page was not made for this release of Go")
	}
	want, err := os.ReadFile("../../rt/patched.txt")
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, writeNames(&got))
	require.Equal(t, string(want), got.String(), "stale: make patched")
}

// row returns a row of a package's table.
func row(t *testing.T, text, pkg, kind string) string {
	_, rest, ok := strings.Cut(text, "\n## "+pkg+"\n")
	require.True(t, ok, pkg)
	section, _, _ := strings.Cut(rest, "\n## ")
	_, rest, ok = strings.Cut(section, "\n| "+kind+" | ")
	require.True(t, ok, "%s: %s", pkg, kind)
	r, _, _ := strings.Cut(rest, "\n")
	return r
}

func TestPage(t *testing.T) {
	page, err := os.ReadFile(page)
	require.NoError(t, err)
	text := string(page)
	for _, c := range [][3]string{
		{"net", "native", "`(*Dialer).DialContext`"},
		{"net", "offloaded", "`(*TCPConn).File`"},
		{"net", "offloaded", "`(*Resolver).LookupHost`"},
		{"bufio", "native", "`(*Reader).ReadByte`"},
		{"bufio", "native", "`ReadWriter.ReadByte`"},
		{"io", "native if its argument may block", "`Copy`"},
		{"io", "offloaded", "`(*OffsetWriter).Write`"},
		{"os/exec", "offloaded", "`(*Cmd).Start`"},
		{"runtime", "not applicable", "`Callers`"},
		{"slices", "offloaded if its argument may block", "`SortFunc`"},
		{"sort", "offloaded if a method of its argument may block", "`Sort`"},
		{"sync", "offloaded if a method of its argument may block", "`(*Pool).Get`"},
		{"fmt", "offloaded if a method of its argument may block", "`Sprint`"},
		{"container/heap", "offloaded if a method of its argument may block", "all of its 5"},
		{"reflect", "offloaded", "`Value.Call`"},
		{"time", "native", "`Sleep`"},
	} {
		require.Contains(t, row(t, text, c[0], c[1]), c[2], "%s, %s", c[0], c[1])
	}
	for _, c := range [][2]string{
		{"net", "`(*TCPConn).SetDeadline`"},
		{"net", "`IP.To4`"},
		{"net", ".Error`"},
		{"net/http", "`Header.Get`"},
	} {
		require.NotContains(t, row(t, text, c[0], "offloaded"), c[1], "it never blocks")
	}
	require.NotContains(t, row(t, text, "sync", "native if its argument may block"), "Store", "it only keeps")
	require.NotContains(t, text, "## strconv")
	require.NotContains(t, row(t, text, "time", "native"), "Now")
}
