package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cloudwego/netpoll"
	"github.com/lesismal/nbio"
	nlog "github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"
	"github.com/panjf2000/gnet/v2"
	"github.com/panjf2000/gnet/v2/pkg/logging"
	"github.com/tidwall/evio"
	"github.com/valyala/fasthttp"

	"github.com/greengen/greengen/rt"
)

// protocol is what the server speaks: echo, buffer, line, http or websocket.
var protocol string

// servers are run by a process of their own; each calls ready.
var servers = map[string]func() error{
	"greengen":       func() error { return rt.Run(onHub) },
	"goroutines":     goroutines,
	"gnet":           withGnet,
	"nbio":           withNbio,
	"netpoll":        withNetpoll,
	"evio":           withEvio,
	"net/http":       withNetHTTP,
	"net/http green": func() error { return rt.Run(helloOnHub) },
	"fasthttp":       func() error { return withFastHTTP(false) },
	// ReduceMemoryUsage gives an idle connection's buffers back.
	"fasthttp small": func() error { return withFastHTTP(true) },
}

// use is what a server has used.
type use struct {
	CPU time.Duration // user and system
	RSS int64         // anonymous, in bytes
	Mem int64         // heap and stacks in use, in bytes
}

// ready tells the driver the address, then answers it on stdin.
func ready(a net.Addr) {
	fmt.Println("serving", a) // some print more
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			json.NewEncoder(os.Stdout).Encode(measure(in.Text() == "gc"))
		}
		os.Exit(0)
	}()
}

func measure(gc bool) use {
	if gc {
		debug.FreeOSMemory()
	}
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		panic(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return use{
		CPU: time.Duration(ru.Utime.Nano() + ru.Stime.Nano()),
		RSS: rss(),
		Mem: int64(m.HeapInuse + m.StackInuse),
	}
}

// rss returns the anonymous resident memory.
func rss() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); f[0] == "RssAnon:" {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			return n << 10
		}
	}
	return 0
}

func goroutines() error {
	l, err := listen()
	if err != nil {
		return err
	}
	ready(l.Addr())
	switch protocol {
	case "line":
		serveLines(l)
	case "buffer":
		serveBuffer(l)
	case "http":
		serveHTTP(l)
	case "websocket":
		serveWebSocket(l)
	default:
		serveEcho(l)
	}
	return nil
}

// freeAddr is a port that was free a moment ago, for those who cannot say which
// one they took.
func freeAddr() *net.TCPAddr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr)
}

type gnetEcho struct {
	gnet.BuiltinEventEngine
	addr net.Addr
}

func (g *gnetEcho) OnBoot(gnet.Engine) gnet.Action {
	ready(g.addr)
	return gnet.None
}

func (g *gnetEcho) OnTraffic(c gnet.Conn) gnet.Action {
	buf, _ := c.Next(-1)
	if protocol == "line" {
		for len(buf) > 0 {
			line, rest, _ := bytes.Cut(buf, []byte{'\n'})
			c.Write(buf[:len(line)+1])
			buf = rest
		}
		return gnet.None
	}
	c.Write(buf)
	return gnet.None
}

func withGnet() error {
	a := freeAddr()
	return gnet.Run(&gnetEcho{addr: a}, "tcp://"+a.String(), gnet.WithNumEventLoop(1), gnet.WithLogLevel(logging.ErrorLevel))
}

func withNbio() error {
	a := freeAddr()
	nlog.SetLevel(nlog.LevelNone)
	switch protocol {
	case "http":
		return nbioHTTP(a, hello)
	case "websocket":
		return nbioHTTP(a, upgrade)
	}
	e := nbio.NewEngine(nbio.Config{Network: "tcp", Addrs: []string{a.String()}, NPoller: 1})
	e.OnData(func(c *nbio.Conn, data []byte) { c.Write(append([]byte(nil), data...)) })
	if err := e.Start(); err != nil {
		return err
	}
	ready(a)
	select {}
}

// nbioHTTP runs the handlers on the poller's goroutine.
func nbioHTTP(a net.Addr, handler http.HandlerFunc) error {
	e := nbhttp.NewEngine(nbhttp.Config{
		Network: "tcp", Addrs: []string{a.String()}, NPoller: 1, MaxLoad: 1 << 20,
		Handler:        handler,
		ServerExecutor: func(f func()) { f() },
	})
	if err := e.Start(); err != nil {
		return err
	}
	ready(a)
	select {}
}

func upgrade(w http.ResponseWriter, r *http.Request) {
	u := websocket.NewUpgrader()
	u.OnMessage(func(c *websocket.Conn, t websocket.MessageType, data []byte) { c.WriteMessage(t, data) })
	if _, err := u.Upgrade(w, r, nil); err != nil {
		panic(err)
	}
}

func withNetHTTP() error {
	l, err := listen()
	if err != nil {
		return err
	}
	ready(l.Addr())
	return http.Serve(l, http.HandlerFunc(hello))
}

func withFastHTTP(small bool) error {
	l, err := listen()
	if err != nil {
		return err
	}
	ready(l.Addr())
	s := fasthttp.Server{
		Handler:           func(ctx *fasthttp.RequestCtx) { ctx.WriteString("Hello, World!") },
		ReduceMemoryUsage: small,
	}
	return s.Serve(l)
}

func withNetpoll() error {
	l, err := netpoll.CreateListener("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := netpoll.Configure(netpoll.Config{PollerNum: 1}); err != nil {
		return err
	}
	loop, err := netpoll.NewEventLoop(func(_ context.Context, c netpoll.Connection) error {
		r, w := c.Reader(), c.Writer()
		p, err := r.Next(r.Len())
		if err != nil {
			return err
		}
		w.WriteBinary(p)
		if err := w.Flush(); err != nil {
			return err
		}
		return r.Release()
	})
	if err != nil {
		return err
	}
	ready(l.Addr())
	return loop.Serve(l)
}

func withEvio() error {
	a := freeAddr()
	var ev evio.Events
	ev.NumLoops = 1
	ev.Serving = func(evio.Server) evio.Action {
		ready(a)
		return evio.None
	}
	ev.Data = func(_ evio.Conn, in []byte) (out []byte, _ evio.Action) { return append(out, in...), evio.None }
	return evio.Serve(ev, "tcp://"+a.String())
}
