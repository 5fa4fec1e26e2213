//go:build linux

package net_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
	"github.com/greengen/greengen/rt/internal/talk"
)

// A reset is told as such, wherever in the conversation it comes, and a close is none.
func TestPeersVanish(t *testing.T) {
	for reset, ends := range map[bool]string{
		false: "map[EOF:29 well:2]",
		true:  "map[reset:53 well:2]",
	} {
		t.Run(fmt.Sprint("reset ", reset), func(t *testing.T) {
			both(t, func(log *talk.Log) { talk.Cut(reset, log) },
				func(h *green.Hub, log *talk.Log) *green.Frame { return talk.Cut_green(h, reset, log) },
				ends,
				"the last one: EOF",
				"afterwards: hello again <nil>",
				"serve: rt/net: server closed")
		})
	}
}

func TestServersVanish(t *testing.T) {
	both(t, talk.Dropped, talk.Dropped_green, "map[reset:32 well:1]")
}

func TestSlowPeers(t *testing.T) {
	both(t, talk.Loris, talk.Loris_green,
		"served meanwhile: 20",
		"late: true")
}

func TestHalfClosed(t *testing.T) {
	both(t, talk.Halves, talk.Halves_green,
		"100000 <nil>",
		"you said 100000 bytes, <nil> <nil>",
		"0 EOF",
		"write after CloseWrite fails: true",
		"woken: 0 EOF")
}

const starving = "RT_NET_TEST_STARVING"

// A server without descriptors says so, and serves who waits when there are some again.
func TestServerWithoutDescriptors(t *testing.T) {
	switch os.Getenv(starving) {
	case "plain":
		starve(t)
		talk.Starved()
	case "green":
		starve(t)
		require.NoError(t, rt.Run(Task(func(h *green.Hub) *green.Frame { return talk.Starved_green(h) })))
	}
	for _, way := range []string{"plain", "green"} {
		t.Run(way, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()[:strings.Index(t.Name(), "/")]+"$")
			cmd.Env = append(os.Environ(), starving+"="+way)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			defer func() {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}()
			lines := bufio.NewReader(out)
			addr, err := lines.ReadString('\n')
			require.NoError(t, err)
			var conns []net.Conn
			for range limit {
				c, err := net.Dial("tcp", strings.TrimSpace(addr))
				require.NoError(t, err)
				defer c.Close()
				require.NoError(t, c.SetDeadline(time.Now().Add(20*time.Second)))
				conns = append(conns, c)
			}
			said, err := lines.ReadString('\n')
			require.NoError(t, err)
			require.Contains(t, said, "too many open files")
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			for _, c := range conns[:limit/2] {
				c.Close()
			}
			for i, c := range conns[limit/2:] {
				answer, err := talk.Ask(c, fmt.Sprint(i))
				require.NoError(t, err)
				require.Equal(t, fmt.Sprint(i), answer)
			}
		})
	}
}

// limit is how many descriptors the server has.
const limit = 40

func starve(t *testing.T) {
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limit, Max: limit}))
}
