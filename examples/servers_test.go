package examples_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// servers are built plain, and green by greengen build -all.
var servers = []string{"./echo", "./chat", "./proxy", "./portscan", "./wshub"}

// ways are the folders of these programs.
var ways = []string{"onGoroutines", "onHub"}

// program is a server that has been started.
type program struct {
	cmd    *exec.Cmd
	addr   string
	stderr bytes.Buffer
}

// start starts a server of a folder, on a port of its own.
func start(t *testing.T, way, name string, args ...string) *program {
	p := &program{cmd: exec.Command(filepath.Join(bin, way, name), append([]string{"-addr", "127.0.0.1:0"}, args...)...)}
	p.cmd.Env = append(os.Environ(), "GREENGEN_STATS=1")
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, "%s", &p.stderr)
	p.addr = strings.TrimSpace(line)
	return p
}

// stop interrupts the server, and says whether it ran on a hub.
func (p *program) stop(t *testing.T) (onHub bool) {
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, p.cmd.Wait(), "%s", &p.stderr)
	return strings.Contains(p.stderr.String(), "greenlets=")
}

// both calls f for each way.
func both(t *testing.T, f func(t *testing.T, way string)) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) { f(t, way) })
	}
}

// patience is for what should take no time.
const patience = 20 * time.Second

// person is a client that sends and gets lines.
type person struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *person {
	c, err := net.DialTimeout("tcp", addr, patience)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	return &person{t, c, bufio.NewReader(c)}
}

func (p *person) say(line string) {
	_, err := io.WriteString(p, line+"\n")
	require.NoError(p.t, err)
}

func (p *person) hears(lines ...string) {
	p.t.Helper()
	for _, want := range lines {
		got, err := p.r.ReadString('\n')
		require.NoError(p.t, err)
		require.Equal(p.t, want, strings.TrimSpace(got))
	}
}

func TestEcho(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "echo", "-grace", "1m")
		var all sync.WaitGroup
		for i := range 50 {
			c := dial(t, s.addr)
			all.Go(func() {
				data := bytes.Repeat([]byte{byte(i)}, 300_000)
				go func() {
					_, _ = c.Write(data)
					_ = c.Conn.(*net.TCPConn).CloseWrite()
				}()
				got, err := io.ReadAll(c.Conn)
				if err != nil || !bytes.Equal(data, got) {
					t.Errorf("client %d: %d bytes, %v", i, len(got), err)
				}
			})
		}
		all.Wait()
		last := dial(t, s.addr)
		last.say("one")
		last.hears("one")
		require.NoError(t, s.cmd.Process.Signal(os.Interrupt))
		for refused := false; !refused; {
			c, err := net.Dial("tcp", s.addr)
			if refused = err != nil; !refused {
				c.Close()
			}
		}
		last.say("two")
		last.hears("two")
		last.Close()
		require.NoError(t, s.cmd.Wait(), "%s", &s.stderr)
		require.Equal(t, way == "onHub", strings.Contains(s.stderr.String(), "greenlets="), "%s", &s.stderr)
	})
}

func TestChat(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "chat")
		a := dial(t, s.addr)
		a.hears("you are guest1", "guest1 came into lobby")
		b := dial(t, s.addr)
		b.hears("you are guest2", "guest2 came into lobby")
		a.hears("guest2 came into lobby")
		a.say("/nick Ann")
		a.hears("guest1 is Ann now")
		b.hears("guest1 is Ann now")
		b.say("/nick Ann")
		b.hears("you are guest2")
		b.say("hello")
		a.hears("guest2: hello")
		b.hears("guest2: hello")
		a.say("/join attic")
		a.hears("Ann came into attic")
		b.hears("Ann left lobby")
		b.say("alone")
		b.hears("guest2: alone")
		a.say("/who")
		a.hears("in attic: Ann")
		b.say("/join attic")
		b.hears("guest2 came into attic")
		a.hears("guest2 came into attic")
		b.say("/quit")
		a.hears("guest2 left attic")
		_, err := b.r.ReadByte()
		require.Equal(t, io.EOF, err)
	})
}

// One who does not read is thrown out, and nobody waits for him.
func TestChatWithSomebodyAsleep(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "chat")
		asleep := dial(t, s.addr)
		asleep.hears("you are guest1", "guest1 came into lobby")
		a := dial(t, s.addr)
		a.hears("you are guest2", "guest2 came into lobby")
		line := strings.Repeat("x", 4000)
		for {
			a.say(line)
			got, err := a.r.ReadString('\n')
			require.NoError(t, err)
			if strings.TrimSpace(got) == "guest1 left lobby" {
				break
			}
		}
	})
}

func TestProxy(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		echo := start(t, way, "echo")
		s := start(t, way, "proxy", "-to", echo.addr)
		var all sync.WaitGroup
		for i := range 20 {
			c := dial(t, s.addr)
			all.Go(func() {
				data := bytes.Repeat([]byte{byte(i)}, 300_000)
				go func() {
					_, _ = c.Write(data)
					_ = c.Conn.(*net.TCPConn).CloseWrite() // passed on, else there is no end
				}()
				got, err := io.ReadAll(c.Conn)
				if err != nil || !bytes.Equal(data, got) {
					t.Errorf("client %d: %d bytes, %v", i, len(got), err)
				}
			})
		}
		all.Wait()
		require.Equal(t, way == "onHub", echo.stop(t))
		c := dial(t, s.addr)
		_, err := c.r.ReadByte()
		require.Error(t, err, "nobody to forward to")
	})
}

func TestPortscan(t *testing.T) {
	var open []int
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		open = append(open, l.Addr().(*net.TCPAddr).Port)
	}
	both(t, func(t *testing.T, way string) {
		from, to := max(open[0]-300, 1), min(open[0]+300, 65535)
		out, err := exec.Command(filepath.Join(bin, way, "portscan"), "-host", "127.0.0.1",
			"-from", fmt.Sprint(from), "-to", fmt.Sprint(to), "-n", "50").Output()
		require.NoError(t, err)
		for _, port := range open {
			if from <= port && port <= to {
				require.Contains(t, strings.Fields(string(out)), fmt.Sprint(port))
			}
		}
	})
}

// The key and the answer are those of RFC 6455.
const request = "GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// open shakes hands.
func open(t *testing.T, addr string) *person {
	p := dial(t, addr)
	_, err := io.WriteString(p, request)
	require.NoError(t, err)
	p.hears("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "")
	return p
}

// masked makes a client's frame.
func masked(first byte, data string) []byte {
	f := []byte{first}
	if n := len(data); n < 126 {
		f = append(f, 0x80|byte(n))
	} else {
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	}
	mask := "\x11\x22\x33\x44"
	f = append(f, mask...)
	for i := range data {
		f = append(f, data[i]^mask[i%4])
	}
	return f
}

// frame reads one of a server's.
func (p *person) frame() (first byte, data string, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return 0, "", err
	}
	n := int(head[1])
	if n == 126 {
		var long [2]byte
		if _, err := io.ReadFull(p.r, long[:]); err != nil {
			return 0, "", err
		}
		n = int(binary.BigEndian.Uint16(long[:]))
	}
	body := make([]byte, n)
	_, err = io.ReadFull(p.r, body)
	return head[0], string(body), err
}

func TestWebSockets(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "wshub")
		const n = 200
		var clients []*person
		for range n {
			clients = append(clients, open(t, s.addr))
		}
		// All hear what one in ten say, each of these in its order.
		var all sync.WaitGroup
		long := strings.Repeat("=", 1000)
		for i, c := range clients {
			all.Go(func() {
				if i%10 == 0 {
					_, _ = c.Write(masked(0x81, fmt.Sprint(i, " says ", long)))
				}
				heard := map[string]bool{}
				for len(heard) < n/10 {
					first, data, err := c.frame()
					if err != nil || first != 0x81 || !strings.HasSuffix(data, " says "+long) {
						t.Errorf("client %d: %x %.20s %v", i, first, data, err)
						return
					}
					heard[data] = true
				}
				_, _ = c.Write(masked(0x88, "\x03\xe8bye"))
				first, data, err := c.frame()
				if err != nil || first != 0x88 || data != "\x03\xe8" {
					t.Errorf("client %d: %x %.20s %v", i, first, data, err)
				}
				if _, err := c.r.ReadByte(); err != io.EOF {
					t.Errorf("client %d: %v", i, err)
				}
			})
		}
		all.Wait()
	})
}

func TestWebSocketProtocol(t *testing.T) {
	join := func(fs ...[]byte) []byte { return bytes.Join(fs, nil) }
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "wshub", "-idle", "1m")
		for _, c := range []struct {
			name  string
			send  []byte
			first byte
			data  string
		}{
			{"text", masked(0x81, "hello"), 0x81, "hello"},
			{"binary", masked(0x82, "\x00\xff"), 0x82, "\x00\xff"},
			{"empty", masked(0x81, ""), 0x81, ""},
			{"16 bits of length", masked(0x81, strings.Repeat("y", 60000)), 0x81, strings.Repeat("y", 60000)},
			{"in pieces", join(masked(0x01, "he"), masked(0x00, "ll"), masked(0x80, "o")), 0x81, "hello"},
			{"UTF-8 in pieces", join(masked(0x01, "\xc3"), masked(0x80, "\xa9")), 0x81, "é"},
			{"ping", masked(0x89, "are you there"), 0x8a, "are you there"},
			{"ping within a message", join(masked(0x01, "he"), masked(0x89, "?"), masked(0x80, "llo")), 0x8a, "?"},
			{"close", masked(0x88, ""), 0x88, ""},
			{"close with a code", masked(0x88, "\x0f\xa0"), 0x88, "\x0f\xa0"},
			{"close with half a code", masked(0x88, "\x0f"), 0x88, "\x03\xea"},
			{"close with a reserved code", masked(0x88, "\x03\xed"), 0x88, "\x03\xea"},
			{"not masked", []byte("\x81\x01a"), 0x88, "\x03\xea"},
			{"reserved bit", masked(0xc1, "a"), 0x88, "\x03\xea"},
			{"unknown opcode", masked(0x83, "a"), 0x88, "\x03\xea"},
			{"ping in pieces", masked(0x09, "a"), 0x88, "\x03\xea"},
			{"long ping", masked(0x89, strings.Repeat("z", 126)), 0x88, "\x03\xea"},
			{"more of nothing", masked(0x80, "a"), 0x88, "\x03\xea"},
			{"message within a message", join(masked(0x01, "a"), masked(0x81, "b")), 0x88, "\x03\xea"},
			{"not UTF-8", masked(0x81, "\xff"), 0x88, "\x03\xef"},
			{"too long", []byte("\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00"), 0x88, "\x03\xf1"},
			{"too long in pieces", join(masked(0x02, strings.Repeat("a", 60000)), masked(0x80, strings.Repeat("a", 6000))),
				0x88, "\x03\xf1"},
		} {
			t.Run(c.name, func(t *testing.T) {
				p := open(t, s.addr)
				_, err := p.Write(c.send)
				require.NoError(t, err)
				first, data, err := p.frame()
				require.NoError(t, err)
				require.Equal(t, c.first, first)
				require.Equal(t, c.data, data)
			})
		}
		for _, c := range [][2]string{
			{"POST / HTTP/1.1\r\nHost: here\r\n\r\n", "400 Bad Request"},
			{"GET / HTTP/1.1\r\nHost: here\r\n\r\n", "426 Upgrade Required"},
			{strings.Replace(request, "13", "12", 1), "426 Upgrade Required"},
			{strings.Replace(request, "Q==", "", 1), "400 Bad Request"},
			{strings.Replace(request, "Host", "Guest", 1), "400 Bad Request"},
		} {
			p := dial(t, s.addr)
			_, err := io.WriteString(p, c[0])
			require.NoError(t, err)
			p.hears("HTTP/1.1 " + c[1])
		}
	})
}

// A silent client is pinged, then forgotten.
func TestWebSocketIdle(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		s := start(t, way, "wshub", "-idle", "100ms")
		p := open(t, s.addr)
		for {
			first, data, err := p.frame()
			require.NoError(t, err)
			if first == 0x88 {
				require.Empty(t, data)
				break
			}
			require.Equal(t, byte(0x89), first)
		}
		_, err := p.r.ReadByte()
		require.Equal(t, io.EOF, err)
	})
}

// Peers that vanish, at any point, do not take the server with them.
func TestServersOutliveTheirClients(t *testing.T) {
	both(t, func(t *testing.T, way string) {
		for name, works := range map[string]func(addr string){
			"echo": func(addr string) {
				p := dial(t, addr)
				p.say("hello")
				p.hears("hello")
			},
			"chat": func(addr string) {
				// Who enters while many others still leave may get more lines at once than
				// a guest may have waiting, and is thrown out: as it should be.
				var line string
				err := io.EOF
				for end := time.Now().Add(patience); err == io.EOF && time.Now().Before(end); {
					line, err = dial(t, addr).r.ReadString('\n')
				}
				require.NoError(t, err)
				require.Contains(t, line, "you are guest")
			},
			"wshub": func(addr string) { open(t, addr) },
		} {
			s := start(t, way, name)
			talk := request + string(masked(0x81, "hello")) + "\n"
			for n := range len(talk) {
				c := dial(t, s.addr)
				_, err := io.WriteString(c, talk[:n])
				require.NoError(t, err)
				require.NoError(t, c.Conn.(*net.TCPConn).SetLinger(0)) // a reset
				c.Close()
			}
			works(s.addr)
		}
	})
}
