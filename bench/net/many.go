package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

var (
	many   = flag.Int("many", 0, "instead: so many idle connections in all, to servers that share a port")
	each   = flag.Int("each", 15000, "... connections to a server, about: a process may have so many descriptors")
	shared = flag.String("shared", "", "internal: share this address with other servers")
	dialTo = flag.String("dial", "", "internal: be a client of this address")
	count  = flag.Int("count", 0, "internal: with so many connections")
	from   = flag.String("from", "", "internal: from this address")
)

// crowd compares how much memory an idle connection takes, of many: several servers share
// a port, as each process may have only so many descriptors.
func crowd(kind string) {
	n := max(1, (*many+*each-1) / *each)
	free := freeAddr().String()
	var servers []*server
	for range n {
		servers = append(servers, start(kind, "echo", "-shared", free))
	}
	before := total(servers)
	var clients []*exec.Cmd
	var ins []io.Closer
	for i := range n {
		exe, err := os.Executable()
		must(err)
		c := exec.Command(exe, "-dial", free, "-count", strconv.Itoa(*many/n), "-from", fmt.Sprintf("127.1.%d.1:0", i))
		c.Stderr = os.Stderr
		in, err := c.StdinPipe()
		must(err)
		out, err := c.StdoutPipe()
		must(err)
		must(c.Start())
		_, err = bufio.NewReader(out).ReadString('\n')
		must(err)
		clients, ins = append(clients, c), append(ins, in)
	}
	after := total(servers)
	conns := *many / n * n
	fmt.Printf("%s: %d idle connections, %d processes: %d B each\n", kind, conns, n, (after-before)/int64(conns))
	for i, c := range clients {
		ins[i].Close()
		c.Wait()
	}
	for _, s := range servers {
		s.stop()
	}
}

func total(servers []*server) (rss int64) {
	for _, s := range servers {
		rss += s.use("gc").RSS
	}
	return rss
}

// client has connections until its stdin is closed; each has made a request.
func client() {
	local, err := net.ResolveTCPAddr("tcp", *from)
	must(err)
	d := net.Dialer{LocalAddr: local}
	cs := make([]net.Conn, *count)
	for i := range cs {
		for try := 0; ; try++ {
			if cs[i], err = d.Dial("tcp", *dialTo); err == nil {
				if err = ask(cs[i], []byte("hello there\n"), make([]byte, 12)); err == nil {
					break
				}
				cs[i].Close()
			}
			if try == 100 {
				fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}

// listen listens on a port of its own, or on the one that servers share.
func listen() (net.Listener, error) {
	if *shared == "" {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	lc := net.ListenConfig{Control: sharePort}
	return lc.Listen(context.Background(), "tcp", *shared)
}

func sharePort(_, _ string, c syscall.RawConn) error {
	const reusePort = 0xf // SO_REUSEPORT, which package syscall does not have
	var err error
	if cerr := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, reusePort, 1)
	}); cerr != nil {
		return cerr
	}
	return err
}
