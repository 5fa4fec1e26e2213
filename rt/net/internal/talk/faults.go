//greengen:patch
package talk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/rt"
	rtnet "github.com/greengen/greengen/rt/net"
)

// conversation is what a client says: a line, a length, as many bytes, goodbye.
const conversation = "HELLO me\n0011\nhello there\nBYE\n"

// converse is the server's part.
func converse(c net.Conn) error {
	r := bufio.NewReader(c)
	hello, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c, "hello %s", strings.TrimPrefix(hello, "HELLO ")); err != nil {
		return err
	}
	length, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(length))
	if err != nil {
		return err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	if _, err := c.Write(append(body, '\n')); err != nil {
		return err
	}
	if _, err := r.ReadString('E'); err != nil {
		return err
	}
	_, err = io.WriteString(c, "bye\n")
	return err
}

// Cut has a client that vanishes, after each byte of the conversation and each line of
// the answer: by a reset, or a close. How the server's parts ended is counted: by EOF, by
// an error of the conn, well. Nobody must wait for ever.
func Cut(reset bool, log *Log) {
	var mu sync.Mutex
	ends := map[string]int{}
	s := &rtnet.Server{Handler: func(c net.Conn) {
		err := converse(c)
		end := "conn"
		switch {
		case err == nil:
			end = "well"
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			end = "EOF"
		case !errors.As(err, new(*net.OpError)):
			end = err.Error()
		}
		mu.Lock()
		ends[end]++
		mu.Unlock()
	}}
	l, end := Serve(s)
	cuts := 0
	for said := range len(conversation) + 1 {
		for heard := range answers(said) + 1 {
			cut(l.Addr().String(), said, heard, reset)
			cuts++
		}
	}
	answer, err := Call(l.Addr().String(), "HELLO again")
	log.Add("afterwards:", answer, err)
	s.Close()
	log.Add("serve:", <-end)
	s.Wait()
	total := 0
	for _, n := range ends {
		total += n
	}
	log.Add("all ended:", total == cuts+1)
	log.Add("well:", ends["well"] > 0)
	log.Add("otherwise:", ends["EOF"]+ends["conn"]+ends["well"] == total)
}

// answers returns how many lines the server says to so many bytes.
func answers(said int) int {
	switch {
	case said < len("HELLO me\n"):
		return 0
	case said < len("HELLO me\n0011\nhello there"):
		return 1
	case said < len("HELLO me\n0011\nhello there\nBYE"):
		return 2
	}
	return 3
}

// cut says some bytes, hears some lines and goes.
func cut(addr string, said, heard int, reset bool) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, conversation[:said]); err != nil {
		panic(err)
	}
	r := bufio.NewReader(c)
	for range heard {
		if _, err := r.ReadString('\n'); err != nil {
			panic(fmt.Sprint(said, " said, ", heard, " heard: ", err))
		}
	}
	if reset {
		c.(interface{ SetLinger(int) error }).SetLinger(0)
	}
}

// Loris has clients that send a byte now and then: others are served meanwhile, and
// they themselves run into the handler's deadline.
func Loris(log *Log) {
	var mu sync.Mutex
	late := 0
	s := &rtnet.Server{Handler: func(c net.Conn) {
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if err := converse(c); errors.Is(err, os.ErrDeadlineExceeded) {
			mu.Lock()
			late++
			mu.Unlock()
		}
	}}
	l, end := Serve(s)
	addr := l.Addr().String()
	var slow rt.Group
	const n = 30
	for range n {
		slow.Spawn(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				panic(err)
			}
			defer c.Close()
			for {
				if _, err := c.Write([]byte("H")); err != nil {
					return
				}
				rt.Sleep(3 * time.Millisecond)
			}
		})
	}
	served := 0
	for range 20 {
		if answer, err := Call(addr, "HELLO quick"); err == nil && answer == "hello quick" {
			served++
		}
	}
	log.Add("served meanwhile:", served)
	slow.Join()
	s.Close()
	<-end
	s.Wait()
	log.Add("late:", late >= n)
}

// Halves has conns of which one half is closed.
func Halves(log *Log) {
	failed := make(chan bool, 1)
	s := &rtnet.Server{Handler: func(c net.Conn) {
		all, err := io.ReadAll(c)
		io.WriteString(c, fmt.Sprint("you said ", len(all), " bytes, ", err, "\n"))
		c.(interface{ CloseWrite() error }).CloseWrite()
		_, err = c.Write([]byte("x"))
		failed <- err != nil
	}}
	l, end := Serve(s)
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	n, err := c.Write(make([]byte, 100000))
	log.Add(n, err)
	c.(interface{ CloseWrite() error }).CloseWrite()
	answer, err := io.ReadAll(c)
	log.Add(strings.TrimSpace(string(answer)), err)
	c.(interface{ CloseRead() error }).CloseRead()
	n, err = c.Read(make([]byte, 1))
	log.Add(n, err)
	c.Close()
	log.Add("write after CloseWrite fails:", <-failed)
	// A reader that waits when its half is closed.
	l2, end2 := Serve(&rtnet.Server{Handler: func(c net.Conn) { c.Read(make([]byte, 1)) }})
	if c, err = net.Dial("tcp", l2.Addr().String()); err != nil {
		panic(err)
	}
	var g rt.Group
	g.Spawn(func() {
		n, err := c.Read(make([]byte, 1))
		log.Add("woken:", n, err)
	})
	rt.Sleep(time.Millisecond)
	c.(interface{ CloseRead() error }).CloseRead()
	g.Join()
	c.Close()
	s.Close()
	<-end
	s.Wait()
	l2.Close()
	<-end2
}

// echoLines is Echo without io.Copy, which takes descriptors of its own for a pipe.
func echoLines(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		io.WriteString(c, line)
	}
}

// Starved echoes for ever, and prints its address, and errors.
func Starved() {
	s := &rtnet.Server{Handler: echoLines, OnError: func(err error) { fmt.Println(err) }}
	l, end := Serve(s)
	fmt.Println(l.Addr())
	<-end
}

// pair returns both ends of a conn.
func pair() (c, peer net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	if c, err = net.Dial("tcp", l.Addr().String()); err != nil {
		panic(err)
	}
	if peer, err = l.Accept(); err != nil {
		panic(err)
	}
	return c, peer
}

// DataAndDeadline has data and deadline ready when the hub looks: the data wins.
func DataAndDeadline(log *Log) {
	c, peer := pair()
	defer c.Close()
	defer peer.Close()
	deadline := time.Now().Add(20 * time.Millisecond)
	c.SetReadDeadline(deadline)
	read := rt.Call(func() (string, error) {
		b := make([]byte, 8)
		n, err := c.Read(b)
		return string(b[:n]), err
	})
	rt.Yield() // it waits now
	peer.Write([]byte("data"))
	for time.Now().Before(deadline.Add(5 * time.Millisecond)) {
		// Nobody else runs.
	}
	got, err := read.Get()
	log.Add(got, err)
}

// Spin has greenlets that do nothing but yield, a timer, and a reader, who is served
// soon all the same.
func Spin(log *Log) {
	c, peer := pair()
	defer c.Close()
	defer peer.Close()
	var over atomic.Bool
	var spinners []*rt.Greenlet
	for range 3 {
		spinners = append(spinners, rt.Spawn(func() {
			for !over.Load() {
				rt.Yield()
			}
		}))
	}
	start := time.Now()
	writer := rt.SpawnAfter(20*time.Millisecond, func() { peer.Write([]byte("data")) })
	b := make([]byte, 8)
	n, err := c.Read(b)
	log.Add(string(b[:n]), err)
	log.Add("soon:", time.Since(start) < 20*time.Second)
	over.Store(true)
	writer.Join()
	rt.JoinAll(spinners...)
}
