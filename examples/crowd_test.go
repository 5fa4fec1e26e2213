//go:build linux

package examples_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// resident returns the memory of the server, in bytes.
func (p *program) resident(t *testing.T) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	m := regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`).FindSubmatch(status)
	require.NotNil(t, m)
	kb, err := strconv.Atoi(string(m[1]))
	require.NoError(t, err)
	return kb << 10
}

// What a few of 10,000 WebSocket clients say reaches all of them; then they leave, and
// the server serves others.
func TestWebSocketCrowd(t *testing.T) {
	const n, talkers = 10_000, 10
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	if limit.Cur < n+200 {
		t.Skipf("%d descriptors are too few for %d clients: ulimit -n", limit.Cur, n)
	}
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "wshub")
		before := s.resident(t)
		clients := make([]*person, n)
		for i := range clients {
			clients[i] = open(t, s.addr)
		}
		t.Logf("%d B a client", (s.resident(t)-before)/n)
		end := time.Now().Add(3 * patience)
		for _, c := range clients {
			require.NoError(t, c.SetDeadline(end))
		}
		for i := range talkers {
			_, err := clients[i*n/talkers].Write(masked(0x81, fmt.Sprint("this is ", i)))
			require.NoError(t, err)
		}
		var readers sync.WaitGroup
		for part := range 4 {
			readers.Go(func() {
				for i := part; i < n; i += 4 {
					heard := map[string]bool{}
					for range talkers {
						first, data, err := clients[i].frame()
						if err != nil || first != 0x81 {
							t.Errorf("client %d: %x %q %v", i, first, data, err)
							return
						}
						heard[data] = true
					}
					for k := range talkers {
						if !heard[fmt.Sprint("this is ", k)] {
							t.Errorf("client %d heard %v", i, heard)
							return
						}
					}
				}
			})
		}
		readers.Wait()
		for _, c := range clients {
			c.Close()
		}
		late := open(t, s.addr)
		_, err := late.Write(masked(0x81, "anybody there?"))
		require.NoError(t, err)
		first, data, err := late.frame()
		require.NoError(t, err)
		require.Equal(t, byte(0x81), first)
		require.Equal(t, "anybody there?", data)
	})
}
