package http_test

import (
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	rthttp "github.com/greengen/greengen/rt/net/http"
	"github.com/greengen/greengen/rt/net/http/internal/site"
)

// Handlers with a time limit answer as net/http's. Their clients do not close their side
// before: that would end the contexts, if it is seen in time.
func TestTimeoutHandler(t *testing.T) {
	asked := func(t *testing.T, addr net.Addr) (list []string) {
		for _, line := range []string{"GET /timeout", "HEAD /timeout", "GET /timeout/status?n=404", "GET /timeout/panic", "GET /timeout/late",
			"GET /timeout/html", "GET /both/hello", "GET /both/get/a/of/b/c", "GET /both/none", "GET /both/both/hello"} {
			_, r := dial(t, addr, request11(line, "Connection: close\r\n", end))
			p, err := io.ReadAll(r)
			require.NoError(t, err)
			list = append(list, dates.ReplaceAllString(string(p), "Date: then"))
		}
		for range 2 {
			require.Equal(t, http.ErrHandlerTimeout.Error()+", context deadline exceeded", <-site.Lasted)
		}
		return list
	}
	want := asked(t, std(t, io.Discard))
	each(t, func(t *testing.T, way string) {
		require.Equal(t, want, asked(t, ours(t, new(rthttp.Server), way)))
	})
}

// None of net/http's handlers that change a request takes a worker.
func TestWrappersNative(t *testing.T) {
	for _, line := range []string{"GET /strip/x", "GET /stripped", "GET /semicolons?a;b", "POST /limited-whole"} {
		t.Run(line, func(t *testing.T) { // one server after the other
			s := new(rthttp.Server)
			addr := ours(t, s, ownConns)
			_, r := dial(t, addr, request11(line, "Connection: close\r\n", end))
			all(t, r)
			require.NoError(t, shutdown(s, t.Context()))
			require.Zero(t, (<-site.On.Stats).Offloads)
		})
	}
}
