//greengen:patch
package talk

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/greengen/greengen/rt"
)

// Datagrams sends and gets them over a network, at addresses a and b.
func Datagrams(network, a, b string, log *Log) {
	x, err := net.ListenPacket(network, a)
	if err != nil {
		panic(err)
	}
	y, err := net.ListenPacket(network, b)
	if err != nil {
		panic(err)
	}
	buf := make([]byte, 100)
	get := func() {
		n, from, err := x.ReadFrom(buf)
		log.Add(n, fmt.Sprintf("%.5s", buf[:n]), from.String() == y.LocalAddr().String(), err)
	}
	// The reader waits.
	var g rt.Group
	g.Spawn(func() {
		rt.Sleep(time.Millisecond)
		y.WriteTo([]byte("hello"), x.LocalAddr())
	})
	get()
	g.Join()
	// It does not; one is empty, one too long.
	for _, s := range []string{"one", "", string(make([]byte, 200))} {
		n, err := y.WriteTo([]byte(s), x.LocalAddr())
		log.Add("sent:", n, err)
	}
	for range 3 {
		get()
	}
	x.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	n, from, err := x.ReadFrom(buf)
	log.Add(n, from, errors.Is(err, os.ErrDeadlineExceeded))
	x.SetReadDeadline(time.Time{})
	y.SetWriteDeadline(time.Unix(1, 0))
	_, err = y.WriteTo(buf, x.LocalAddr())
	log.Add("late:", errors.Is(err, os.ErrDeadlineExceeded))
	y.SetWriteDeadline(time.Time{})
	_, err = y.WriteTo(buf, &net.TCPAddr{})
	log.Add("wrong address:", err != nil)
	// A close wakes who waits.
	g.Spawn(func() {
		rt.Sleep(time.Millisecond)
		x.Close()
	})
	n, from, err = x.ReadFrom(buf)
	log.Add(n, from, errors.Is(err, net.ErrClosed))
	g.Join()
	log.Add("again:", x.Close() != nil)
	y.Close()
}

// UnixDatagrams is Datagrams in a folder.
func UnixDatagrams(dir string, log *Log) {
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	os.Remove(a)
	os.Remove(b)
	Datagrams("unixgram", a, b, log)
}

// Flood sends more than the receiver can keep: the writer waits, for Unix sockets lose
// nothing.
func Flood(dir string, log *Log) {
	name := filepath.Join(dir, "c")
	os.Remove(name)
	x, err := net.ListenPacket("unixgram", name)
	if err != nil {
		panic(err)
	}
	defer x.Close()
	other := filepath.Join(dir, "d")
	os.Remove(other)
	y, err := net.ListenPacket("unixgram", other)
	if err != nil {
		panic(err)
	}
	defer y.Close()
	const n = 2000
	var g rt.Group
	g.Spawn(func() {
		for i := range n {
			if _, err := y.WriteTo(fmt.Append(nil, i), x.LocalAddr()); err != nil {
				panic(err)
			}
		}
	})
	buf := make([]byte, 100)
	for i := range n {
		k, _, err := x.ReadFrom(buf)
		if err != nil || string(buf[:k]) != fmt.Sprint(i) {
			panic(fmt.Sprint(i, ": ", string(buf[:k]), err))
		}
	}
	g.Join()
	log.Add("all")
}
