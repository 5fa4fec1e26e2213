package debug

import (
	"context"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browsers are the names under which systems have one that can run without a screen.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "chrome"}

// A real browser shows the page: its document, after it has parsed and laid it out.
func TestInABrowser(t *testing.T) {
	path := ""
	for _, name := range browsers {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no browser here: one of", strings.Join(browsers, ", "))
	}
	running(t, func(hub string) {
		s := httptest.NewServer(Handler())
		defer s.Close()
		dom := browse(t, path, s.URL+"/?hub="+hub)
		for _, want := range []string{"<title>", "root", "boss &amp; &lt;co&gt;", "worker", "the &lt;end&gt;", "script.go:11"} {
			require.Contains(t, dom, want)
		}
		require.Less(t, strings.Index(dom, "boss &amp;"), strings.Index(dom, ">worker"), "who was spawned stands below")
		dom = browse(t, path, s.URL+"/?hub="+hub+"&q=boss")
		require.Contains(t, dom, ">boss &amp;")
		require.NotContains(t, dom, ">worker")
	})
}

// browse returns the document that the browser made of a page.
func browse(t *testing.T, path, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--dump-dom", url)
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(out)
}
