package http_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	rthttp "github.com/greengen/greengen/rt/net/http"
	"github.com/greengen/greengen/rt/net/http/internal/site"
)

// dial says text, and returns the conn, and what comes back.
func dial(t *testing.T, addr net.Addr, text string) (net.Conn, *bufio.Reader) {
	c, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	_, err = io.WriteString(c, text)
	require.NoError(t, err)
	return c, bufio.NewReader(c)
}

// answer reads an answer's body.
func answer(t *testing.T, r *bufio.Reader) string {
	res, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	p, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(p)
}

func all(t *testing.T, r *bufio.Reader) string {
	p, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(p)
}

// Who says nonsense, or half of a line, and then waits, gets an answer.
func TestNonsense(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, &rthttp.Server{ReadHeaderTimeout: 100 * time.Millisecond}, way)
		for _, text := range []string{"nonsense\r\n", "\x16\x03\x01 \n", "GET /hell"} {
			_, r := dial(t, addr, text)
			require.Contains(t, all(t, r), "400 Bad Request")
		}
		_, r := dial(t, addr, "GET /hello HTTP/1.1\r\nHost: ")
		require.Empty(t, all(t, r))
	})
}

// Who has been told that the conn is closed does not have to send the rest of its body.
func TestNotWaitedFor(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		for _, head := range []string{"Connection: close\r\n", "Expect: 100-continue\r\n"} {
			_, r := dial(t, addr, request11("POST /lazy", five, head, end)+"he")
			require.Contains(t, all(t, r), "lazy")
		}
	})
}

// A ReadTimeout is for the request: once it has been read, it ends no context.
func TestPatient(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, &rthttp.Server{ReadTimeout: 100 * time.Millisecond, IdleTimeout: time.Minute}, way)
		for _, text := range []string{request11("GET /patient", end), request11("POST /patient", five, end) + "hello"} {
			_, r := dial(t, addr, text)
			require.Equal(t, "<nil> <nil>", answer(t, r))
		}
	})
}

// The deadlines that a handler has set are not there for the next request.
func TestDeadlines(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		c, r := dial(t, addr, request11("GET /deadlines", end))
		answer(t, r)
		time.Sleep(50 * time.Millisecond)
		io.WriteString(c, hello)
		require.Equal(t, "hello", answer(t, r))
	})
}

// A body that the handler does not read does not keep it from seeing that the client hung up.
func TestGoneUnread(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		for _, path := range []string{"/gone-unread", "/gone-polled"} {
			c, r := dial(t, addr, request11("POST "+path, five, end)+"hello")
			_, err := r.ReadString('\n')
			require.NoError(t, err)
			c.Close()
			require.Equal(t, context.Canceled, <-site.Gone)
		}
	})
}

// Neither Close nor Shutdown has to do with hijacked conns, nor with their handlers.
func TestHijacked(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		s := new(rthttp.Server)
		addr := ours(t, s, way)
		c, r := dial(t, addr, request11("GET /hijack", end))
		_, err := r.ReadString('\n')
		require.NoError(t, err)
		_, busy := dial(t, addr, request11("GET /gone", end))
		_, err = busy.ReadString('\n')
		require.NoError(t, err)
		if way != inPlace { // where plain code's Shutdown waits on
			ctx, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer stop()
			require.Equal(t, context.DeadlineExceeded, shutdown(s, ctx))
			<-site.Gone
			require.NoError(t, shutdown(s, context.Background()))
		}
		require.NoError(t, closeAll(s))
		time.Sleep(10 * time.Millisecond)
		io.WriteString(c, "a line\n")
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "got a line\n", line)
	})
}

// A hijacked conn is its owner's: no deadline of the request's comes over it.
func TestHijackedWatched(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, &rthttp.Server{ReadTimeout: 100 * time.Millisecond, WriteTimeout: 100 * time.Millisecond}, way)
		c, r := dial(t, addr, request11("GET /hijack-watched", end))
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "mine\n", line)
		time.Sleep(200 * time.Millisecond)
		io.WriteString(c, "you\n")
		require.Equal(t, `"you\n" <nil>`, all(t, r))
	})
}

// Close ends handlers' reads, and idle conns.
func TestClose(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		closed := make(chan net.Conn, 3)
		s := &rthttp.Server{ConnState: func(c net.Conn, to http.ConnState) {
			if to == http.StateClosed {
				closed <- c
			}
		}}
		addr := ours(t, s, way)
		_, idle := dial(t, addr, hello)
		answer(t, idle)
		_, fresh := dial(t, addr, "")
		_, reads := dial(t, addr, request11("POST /echo", five, end)+"he")
		time.Sleep(20 * time.Millisecond)
		require.NoError(t, closeAll(s))
		for _, r := range []*bufio.Reader{idle, fresh, reads} {
			_, err := io.ReadAll(r)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
			<-closed
		}
		require.Equal(t, http.ErrServerClosed, listenAndServe(s))
	})
}

// What a handler's goroutines and greenlets do when it has returned does no harm.
func TestStray(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		c, r := dial(t, addr, request11("GET /stray-write", end))
		require.Equal(t, "done", answer(t, r))
		io.WriteString(c, request11("GET /slow", end))
		require.Equal(t, "slow", answer(t, r))
		require.NoError(t, <-site.Stray)
		for _, path := range []string{"/stray-read", "/stray-read?plain=1"} {
			_, r = dial(t, addr, request11("POST "+path, "Content-Length: 1000\r\n", end)+"he")
			require.Contains(t, all(t, r), "done")
			require.ErrorContains(t, <-site.Stray, "timeout")
		}
	})
}

// A client that says 100 Continue is told so by whoever reads the body.
func TestBeside(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		for range 20 {
			text := ask(t, addr, request11("POST /beside", waits, "Content-Length: 100000\r\n", end)+"|"+strings.Repeat("x", 100_000))
			require.Contains(t, text, "200 OK")
		}
	})
}

// The watchers that look whether clients hang up are no workers, and end.
func TestWatchers(t *testing.T) {
	s := new(rthttp.Server)
	addr := ours(t, s, ownConns)
	c, r := dial(t, addr, "")
	for range 50 {
		io.WriteString(c, request11("GET /watched", end))
		require.Equal(t, "<nil>", answer(t, r))
		io.WriteString(c, request11("GET /watched", end)+hello) // read ahead
		require.Equal(t, "<nil>", answer(t, r))
		require.Equal(t, "hello", answer(t, r))
	}
	require.NoError(t, shutdown(s, context.Background()))
	require.Zero(t, (<-site.On.Stats).Offloads)
}

// Shutdown kills handlers that do not end, though there is an answer to be written.
func TestStuck(t *testing.T) {
	for _, way := range []string{ownConns, stdConns} {
		t.Run(way, func(t *testing.T) {
			s := new(rthttp.Server)
			addr := ours(t, s, way)
			dial(t, addr, request11("GET /stuck", end))
			<-site.Stray
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			require.Equal(t, context.Canceled, shutdown(s, ctx))
		})
	}
}

// Clients that come and go, and ask ahead, while conns are watched.
func TestStress(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		s := &rthttp.Server{ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
		addr := ours(t, s, way)
		requests := []string{hello, request11("GET /watched", end), post("/lazy", "hello", five), chunked("/echo", "5\r\nhello\r\n0\r\n\r\n"),
			request11("GET /abort-watched", end), request11("POST /echo", five, end) + "he", request11("GET /long?n=500", end),
			request11("POST /part?n=3", five, waits, end), request11("GET /hijack-watched", end)}
		var clients sync.WaitGroup
		for i := range 8 {
			clients.Go(func() {
				for k := range 40 {
					c, err := net.Dial("tcp", addr.String())
					if err != nil {
						t.Error(err)
						return
					}
					c.SetDeadline(time.Now().Add(20 * time.Second))
					for n := range 1 + (i+k)%4 {
						io.WriteString(c, requests[(i*7+k*5+n*n)%len(requests)])
					}
					if k%3 > 0 {
						c.(*net.TCPConn).CloseWrite()
						io.Copy(io.Discard, c)
					}
					c.Close()
				}
			})
		}
		clients.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, shutdown(s, ctx))
	})
}

// wrap is a listener whose conns are not std's.
type wrap struct {
	net.Listener
	conn func(net.Conn) net.Conn
}

func (l *wrap) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.conn(c), nil
}

// Conns that wrap std's do as well, whether their methods have twins or not.
func TestWrapped(t *testing.T) {
	type plain struct{ net.Conn }
	for name, conn := range map[string]func(net.Conn) net.Conn{
		"plain":    func(c net.Conn) net.Conn { return plain{c} },
		"embedded": func(c net.Conn) net.Conn { return site.Embedded{Conn: c} },
		"counted":  func(c net.Conn) net.Conn { return &site.Counted{Conn: c} },
	} {
		t.Run(name, func(t *testing.T) {
			s := &rthttp.Server{ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
			l := listen(t)
			addr := oursAt(t, s, &wrap{l, conn})
			c, r := dial(t, addr, "")
			for range 3 {
				io.WriteString(c, request11("GET /watched", end))
				require.Equal(t, "<nil>", answer(t, r))
				io.WriteString(c, request11("POST /echo", five, end)+"hello")
				require.Contains(t, answer(t, r), "hello")
			}
			h, hr := dial(t, addr, request11("GET /hijack-watched", end))
			_, err := hr.ReadString('\n')
			require.NoError(t, err)
			io.WriteString(h, "you\n")
			require.Equal(t, `"you\n" <nil>`, all(t, hr))
			_, fresh := dial(t, addr, "")
			time.Sleep(20 * time.Millisecond)
			require.NoError(t, shutdown(s, context.Background()))
			require.Empty(t, all(t, r))
			require.Empty(t, all(t, fresh))
		})
		t.Run(name+", deadline", func(t *testing.T) {
			l := listen(t)
			addr := oursAt(t, &rthttp.Server{ReadTimeout: 50 * time.Millisecond}, &wrap{l, conn})
			_, r := dial(t, addr, "")
			require.Empty(t, all(t, r))
			_, r = dial(t, addr, request11("POST /echo", five, end)+"he")
			require.Contains(t, all(t, r), "i/o timeout")
		})
	}
}

// While the Server shuts down, what has been begun to be answered is answered in full.
func TestShutdownBusy(t *testing.T) {
	for i := range 10 {
		each(t, func(t *testing.T, way string) {
			s := new(rthttp.Server)
			addr := ours(t, s, way)
			var clients sync.WaitGroup
			for range 4 {
				clients.Go(func() {
					c, err := net.Dial("tcp", addr.String())
					for err == nil {
						c.SetDeadline(time.Now().Add(20 * time.Second))
						io.WriteString(c, request11("GET /watched", end))
						var res *http.Response
						if res, err = http.ReadResponse(bufio.NewReader(c), nil); err != nil {
							break
						}
						if p, err := io.ReadAll(res.Body); err != nil || string(p) != "<nil>" {
							t.Errorf("%q %v", p, err)
						}
						if res.Close {
							break
						}
					}
				})
			}
			time.Sleep(time.Duration(i) * time.Millisecond)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			require.NoError(t, shutdown(s, ctx))
			clients.Wait()
		})
	}
}
