package http_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/greengen/greengen/rt"
	rthttp "github.com/greengen/greengen/rt/net/http"
	"github.com/greengen/greengen/rt/net/http/internal/site"
)

func TestMain(m *testing.M) {
	rthttp.FreshTime(100 * time.Millisecond)
	os.Exit(m.Run())
}

func listen(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

// std serves the site by net/http.
func std(t *testing.T, logs io.Writer) net.Addr {
	l := listen(t)
	s := &http.Server{Handler: site.Mux(), ErrorLog: log.New(logs, "", 0)}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr()
}

// The ways to serve.
const (
	goroutines = "goroutines"
	ownConns   = "on a hub"
	stdConns   = "on a hub, conns of std"
	inPlace    = "in place of net/http's"
)

// stands has net/http's Server that was asked to serve instead of a Server.
var stands sync.Map

func inPlaceOf(s *rthttp.Server) *http.Server {
	srv := &http.Server{ReadTimeout: s.ReadTimeout, ReadHeaderTimeout: s.ReadHeaderTimeout, WriteTimeout: s.WriteTimeout,
		IdleTimeout: s.IdleTimeout, MaxHeaderBytes: s.MaxHeaderBytes, BaseContext: s.BaseContext, ConnContext: s.ConnContext,
		ConnState: s.ConnState, ErrorLog: s.ErrorLog}
	stands.Store(s, srv)
	return srv
}

// The methods of the one that serves, called as plain code.
func shutdown(s *rthttp.Server, ctx context.Context) error {
	if srv, ok := stands.Load(s); ok {
		return srv.(*http.Server).Shutdown(ctx)
	}
	return s.Shutdown(ctx)
}

func listenAndServe(s *rthttp.Server) error {
	if srv, ok := stands.Load(s); ok {
		return srv.(*http.Server).ListenAndServe()
	}
	return s.ListenAndServe()
}

func closeAll(s *rthttp.Server) error {
	if srv, ok := stands.Load(s); ok {
		return srv.(*http.Server).Close()
	}
	return s.Close()
}

// ours serves the site by a Server.
func ours(t *testing.T, s *rthttp.Server, way string) net.Addr {
	if way == goroutines {
		s.Handler = site.Mux()
	}
	if way == ownConns || way == inPlace {
		return serve(t, s, nil, way)
	}
	return serve(t, s, listen(t), way)
}

// oursAt serves the site on a hub. If l is nil, the hub makes one.
func oursAt(t *testing.T, s *rthttp.Server, l net.Listener) net.Addr { return serve(t, s, l, stdConns) }

func serve(t *testing.T, s *rthttp.Server, l net.Listener, way string) net.Addr {
	ended := make(chan error, 1)
	addr := make(chan net.Addr, 1)
	site.On.Server, site.On.L, site.On.Addr, site.On.Stats = s, l, addr, make(chan rt.Stats, 1)
	site.On.Std = nil
	if way == inPlace {
		site.On.Std = inPlaceOf(s)
	}
	go func() {
		if way != goroutines {
			if err := rt.Run(site.Run, rt.Lingering()); err != nil {
				site.On.Err = err
			}
		} else {
			addr <- site.On.L.Addr()
			site.On.Err = s.Serve(site.On.L)
		}
		ended <- site.On.Err
	}()
	t.Cleanup(func() {
		closeAll(s)
		require.Equal(t, http.ErrServerClosed, <-ended)
	})
	return <-addr
}

// ask sends text, in parts that | separates, and returns all that comes back.
func ask(t *testing.T, addr net.Addr, text string) string {
	c, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	for i, part := range strings.Split(text, "|") {
		if i > 0 {
			time.Sleep(20 * time.Millisecond) // so that it is a part: nothing depends on that
		}
		if _, err := io.WriteString(c, part); err != nil {
			break // it has hung up
		}
	}
	c.(*net.TCPConn).CloseWrite()
	p, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) { // of net/http, where it reads no more
		p = fmt.Append(p, err)
	}
	return dates.ReplaceAllString(string(p), "Date: then")
}

var dates = regexp.MustCompile(`Date: [A-Z][^\r\n]*`)

// request11 makes a request of HTTP/1.1.
func request11(line string, more ...string) string {
	return line + " HTTP/1.1\r\nHost: example.com\r\n" + strings.Join(more, "")
}

const end = "\r\n"

// conversations are what clients send. A | parts what comes later.
var conversations = map[string]string{
	"hello":                request11("GET /hello", end),
	"copy":                 request11("GET /copy?n=100", end) + request11("GET /copy?n=1500", end),
	"strip":                request11("GET /strip/a%2Fb/c?x=1", end) + request11("GET /stripped", end) + request11("GET /unstripped", end),
	"semicolons":           request11("GET /semicolons?a=1;b=2", end) + request11("GET /semicolons?a=1&b=2", end),
	"limited whole":        request11("POST /limited-whole", "Content-Length: 4\r\n", end) + "four" + request11("GET /limited-whole", end),
	"limited whole, more":  request11("POST /limited-whole", "Content-Length: 5\r\n", end) + "fives" + request11("GET /hello", end),
	"two":                  request11("GET /hello", end) + request11("GET /hello", end),
	"one byte at a time":   strings.Join(strings.Split("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", ""), "|"),
	"1.0":                  "GET /hello HTTP/1.0\r\n\r\nGET /hello HTTP/1.0\r\n\r\n",
	"1.0 keep-alive":       "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /long?n=200 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n",
	"close":                request11("GET /hello", "Connection: close\r\n", end) + request11("GET /hello", end),
	"close by handler":     request11("GET /close", end) + request11("GET /hello", end),
	"path values":          request11("GET /get/a%2Fb%20c/of/x/y%2F/z", end),
	"path values, host":    request11("GET /host/v/", end),
	"no such method":       request11("POST /get/a/of/b", "Content-Length: 0\r\n", end),
	"not found":            request11("GET /nothing", end),
	"redirect of a tree":   request11("GET /tree", end),
	"clean path":           request11("GET /tree/../hello", end),
	"wait":                 request11("GET /wait", end),
	"echo":                 request11("POST /echo", "Content-Length: 5\r\n", end) + "hello" + request11("GET /hello", end),
	"echo in parts":        request11("POST /echo", "Content-Length: 5\r\n", end) + "he|llo" + request11("GET /hello", end),
	"echo, too short":      request11("POST /echo", "Content-Length: 50\r\n", end) + "hello",
	"echo, chunks":         request11("POST /echo", "Transfer-Encoding: chunked\r\n", end) + "5\r\nhello\r\n|7;ext=1\r\n, world\r\n0\r\n\r\n" + request11("GET /hello", end),
	"echo, trailer":        request11("POST /echo", "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n", end) + "5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n" + request11("GET /hello", end),
	"chunks, bad size":     request11("POST /echo", "Transfer-Encoding: chunked\r\n", end) + "zz\r\nhello\r\n0\r\n\r\n",
	"chunks, no end":       request11("POST /echo", "Transfer-Encoding: chunked\r\n", end) + "5\r\nhello",
	"chunks, bad end":      request11("POST /echo", "Transfer-Encoding: chunked\r\n", end) + "5\r\nhelloxx0\r\n\r\n",
	"continue":             request11("POST /echo", "Expect: 100-continue\r\nContent-Length: 5\r\n", end) + "|hello" + request11("GET /hello", end),
	"continue, not read":   request11("POST /lazy", "Expect: 100-continue\r\nContent-Length: 5\r\n", end) + "|hello",
	"expects more":         request11("POST /echo", "Expect: more\r\nContent-Length: 5\r\n", end) + "hello",
	"body not read":        request11("POST /lazy", "Content-Length: 5\r\n", end) + "hello" + request11("GET /hello", end),
	"body not read, large": request11("POST /lazy", "Content-Length: 300000\r\n", end) + strings.Repeat("x", 300000),
	"after a POST":         request11("POST /echo", "Content-Length: 5\r\n", end) + "hello\r\n\r\n" + request11("GET /hello", end),
	"long":                 request11("GET /long?n=500", end) + request11("GET /hello", end),
	"large write":          request11("GET /long?n=10&k=100000", end) + request11("GET /hello", end),
	"at the limit":         request11("GET /long?k=2045", end) + request11("GET /long?k=2046", end),
	"HEAD":                 request11("HEAD /hello", end) + request11("GET /hello", end),
	"HEAD, long":           request11("HEAD /long?n=500", end) + request11("GET /hello", end),
	"204":                  request11("GET /status?n=204&body=x", end) + request11("GET /hello", end),
	"304":                  request11("GET /status?n=304&body=x", end) + request11("GET /hello", end),
	"404":                  request11("GET /status?n=404&body=x", end),
	"299":                  request11("GET /status?n=299", end),
	"headers":              request11("GET /head?x-a=1&x-a=2&X-B=%0d%0ainjected", end),
	"content type":         request11("GET /head?Content-Type=text/plain", end),
	"content encoding":     request11("GET /head?Content-Encoding=gzip", end),
	"identity":             request11("GET /head?Transfer-Encoding=identity", end) + request11("GET /hello", end),
	"chunked by handler":   request11("GET /head?Transfer-Encoding=chunked", end) + request11("GET /hello", end),
	"bad length":           request11("GET /head?Content-Length=many", end) + request11("GET /hello", end),
	"date":                 request11("GET /head?Date=never", end),
	"trailer":              request11("GET /trailer", end) + request11("GET /hello", end),
	"early hints":          request11("GET /early", end) + request11("GET /hello", end),
	"half":                 request11("GET /half", end) + request11("GET /hello", end),
	"flush":                request11("GET /flush", end) + request11("GET /hello", end),
	"more":                 request11("GET /more", end) + request11("GET /hello", end),
	"hijack":               request11("GET /hijack", end) + "a line\n|another\n",
	"panic":                request11("GET /panic", end) + request11("GET /hello", end),
	"request":              request11("GET /request?q=a+b&q=c", "X-A: 1\r\nx-a:  2 \r\nCookie: a=b\r\n", end),
	"form":                 request11("POST /request", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n", end) + "q=in+it",
	"absolute":             "GET http://other.example/request HTTP/1.1\r\nHost: example.com\r\n\r\n",
	"middle":               request11("GET /middle/hello", end),
	"redirect":             request11("GET /moved", end),
	"options":              request11("OPTIONS *", end) + request11("GET /hello", end),
	"star":                 request11("GET *", end),
	"no host":              "GET /hello HTTP/1.1\r\n\r\n",
	"empty host":           "GET /request HTTP/1.1\r\nHost:\r\n\r\n",
	"two hosts":            "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	"bad host":             "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n",
	"bad name":             request11("GET /hello", "bad name: x\r\n", end),
	"bad value":            request11("GET /hello", "X-A: a\x01b\r\n", end),
	"bad line":             "nonsense\r\n\r\n",
	"bad length asked":     request11("POST /echo", "Content-Length: five\r\n", end) + "hello",
	"two lengths":          request11("POST /echo", "Content-Length: 5\r\nContent-Length: 6\r\n", end) + "hello!",
	"unknown encoding":     request11("POST /echo", "Transfer-Encoding: gzip\r\n", end) + "hello",
	"2.0":                  "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n",
	"too large":            request11("GET /hello", "X-Large: "+strings.Repeat("x", 1<<20+5000)+end, end),
	"large":                request11("GET /hello", "X-Large: "+strings.Repeat("x", 100_000)+end, end),
	"nothing":              "",
	"not all":              "GET /hello HT",
}

// What clients get is what net/http's server says, byte by byte but for the date.
func TestAsStd(t *testing.T) {
	var stdLog, ourLog bytes.Buffer
	addr := std(t, &stdLog)
	want := map[string]string{}
	for name, text := range conversations {
		want[name] = ask(t, addr, text)
	}
	each(t, func(t *testing.T, way string) {
		ourLog.Reset()
		addr := ours(t, &rthttp.Server{ErrorLog: log.New(&ourLog, "", 0)}, way)
		for name, text := range conversations {
			if way == goroutines && name == "limited whole, more" {
				continue // net/http's MaxBytesReader does not tell who is not net/http
			}
			t.Run(name, func(t *testing.T) { require.Equal(t, want[name], ask(t, addr, text)) })
		}
	})
}

// Handlers that have twins, and what serves them, take no worker.
func TestNative(t *testing.T) {
	s := new(rthttp.Server)
	addr := ours(t, s, ownConns)
	for _, name := range []string{"hello", "two", "path values", "wait", "echo in parts", "echo, trailer", "continue", "long",
		"large write", "HEAD", "form", "body not read", "middle"} {
		ask(t, addr, conversations[name])
	}
	require.NoError(t, s.Shutdown(context.Background()))
	stats := <-site.On.Stats
	require.Positive(t, stats.Suspensions)
	require.Zero(t, stats.Offloads)
}

func each(t *testing.T, f func(t *testing.T, way string)) {
	eachOf(t, f, goroutines, ownConns, stdConns, inPlace)
}

func eachOf(t *testing.T, f func(t *testing.T, way string), ways ...string) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) { f(t, way) })
	}
}

// A request's context ends when the client hangs up.
func TestHangUp(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		for _, path := range []string{"/gone", "/notified"} {
			c, err := net.Dial("tcp", addr.String())
			require.NoError(t, err)
			io.WriteString(c, request11("POST "+path, "Content-Length: 5\r\n", end)+"hello")
			_, err = io.ReadFull(c, make([]byte, 10)) // the handler has begun
			require.NoError(t, err)
			c.Close()
			require.Equal(t, context.Canceled, <-site.Gone)
		}
	})
}

// Shutdown waits for an answer, and closes idle conns.
func TestShutdown(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		states := make(chan http.ConnState, 100)
		s := &rthttp.Server{ConnState: func(_ net.Conn, to http.ConnState) { states <- to }}
		addr := ours(t, s, way)
		idle, err := net.Dial("tcp", addr.String())
		require.NoError(t, err)
		io.WriteString(idle, request11("GET /hello", end))
		for want := range []http.ConnState{http.StateNew, http.StateActive, http.StateIdle} {
			require.Equal(t, http.ConnState(want), <-states)
		}
		active, err := net.Dial("tcp", addr.String())
		require.NoError(t, err)
		io.WriteString(active, request11("POST /echo", "Expect: 100-continue\r\nContent-Length: 5\r\n", end))
		_, err = io.ReadFull(active, make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n")))
		require.NoError(t, err)
		down := make(chan error)
		go func() { down <- shutdown(s, context.Background()) }()
		text, err := io.ReadAll(idle)
		require.NoError(t, err)
		require.Contains(t, string(text), "\r\n\r\nhello")
		select {
		case err := <-down:
			t.Error("Shutdown did not wait: ", err)
		default:
		}
		io.WriteString(active, "hello")
		text, err = io.ReadAll(active)
		require.NoError(t, err)
		require.Contains(t, string(text), `POST 5 "hello" <nil>`)
		require.Contains(t, string(text), "Connection: close")
		require.NoError(t, <-down)
	})
}

// Shutdown ends with its context; of net/http's Server in testdata/run/http_std_server_ends,
// since plain code's goes on here.
func TestShutdownInVain(t *testing.T) {
	eachOf(t, func(t *testing.T, way string) {
		s := new(rthttp.Server)
		addr := ours(t, s, way)
		c, err := net.Dial("tcp", addr.String())
		require.NoError(t, err)
		defer c.Close() // the collector would
		io.WriteString(c, request11("GET /gone", end))
		_, err = io.ReadFull(c, make([]byte, 10))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		require.Equal(t, context.Canceled, s.Shutdown(ctx))
		<-site.Gone
	}, goroutines, ownConns, stdConns)
}

func TestTimeouts(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		for name, c := range map[string]struct {
			s    *rthttp.Server
			sent string
			want string
		}{
			"header":  {&rthttp.Server{ReadHeaderTimeout: 20 * time.Millisecond}, "GET /hello HTTP/1.1\r\n", ""},
			"nothing": {&rthttp.Server{ReadHeaderTimeout: 20 * time.Millisecond}, "", ""},
			"body":    {&rthttp.Server{ReadTimeout: 50 * time.Millisecond}, request11("POST /echo", "Content-Length: 5\r\n", end) + "he", "i/o timeout"},
			"idle":    {&rthttp.Server{IdleTimeout: 20 * time.Millisecond}, request11("GET /hello", end), "\r\n\r\nhello"},
		} {
			t.Run(name, func(t *testing.T) {
				addr := ours(t, c.s, way)
				conn, err := net.Dial("tcp", addr.String())
				require.NoError(t, err)
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(20 * time.Second))
				io.WriteString(conn, c.sent)
				text, err := io.ReadAll(conn)
				require.NoError(t, err)
				require.Contains(t, string(text), c.want)
				if c.want == "" {
					require.Empty(t, text)
				}
			})
		}
	})
}

// The access log, which net/http's Server has not, and contexts.
func TestSeen(t *testing.T) {
	eachOf(t, func(t *testing.T, way string) {
		seen := make(chan rthttp.Answered, 10)
		type key struct{}
		s := &rthttp.Server{
			Access:      func(a rthttp.Answered) { seen <- a },
			BaseContext: func(net.Listener) context.Context { return context.WithValue(context.Background(), key{}, 1) },
			ConnContext: func(ctx context.Context, c net.Conn) context.Context {
				return context.WithValue(ctx, key{}, ctx.Value(key{}).(int)+1)
			},
		}
		addr := ours(t, s, way)
		ask(t, addr, request11("GET /long?n=2", end)+request11("GET /status?n=404", end))
		a := <-seen
		require.Equal(t, "/long", a.Request.URL.Path)
		require.Equal(t, 200, a.Status)
		require.EqualValues(t, 48, a.Bytes)
		require.Equal(t, 2, a.Request.Context().Value(key{}))
		require.Equal(t, 404, (<-seen).Status)
	}, goroutines, ownConns, stdConns)
}

// net/http's client gets on with it.
func TestClient(t *testing.T) {
	each(t, func(t *testing.T, way string) {
		addr := ours(t, new(rthttp.Server), way)
		tr := new(http.Transport)
		defer tr.CloseIdleConnections()
		client := &http.Client{Transport: tr}
		for i := range 50 {
			body := strings.Repeat("0123456789", i*400)
			res, err := client.Post("http://"+addr.String()+"/echo", "text/plain", io.MultiReader(strings.NewReader(body)))
			require.NoError(t, err)
			p, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			res.Body.Close()
			require.Contains(t, string(p), fmt.Sprintf("%q", body))
		}
	})
}
