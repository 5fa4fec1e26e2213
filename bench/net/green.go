package main

import (
	"bufio"
	"io"
	"net"

	"github.com/greengen/greengen/rt"
)

//go:generate go tool greengen

// The same source runs on goroutines and on a hub.

// serveEcho sends back what comes.
//
//greengen:patch
func serveEcho(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			io.Copy(c, c)
		})
	}
}

// serveLines answers each line by the same line.
//
//greengen:patch
func serveLines(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			r := bufio.NewReader(c)
			for {
				line, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				if _, err := c.Write(line); err != nil {
					return
				}
			}
		})
	}
}

// serveBuffer is the echo that most would write: it reads into a buffer of its own.
//
//greengen:patch
func serveBuffer(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			buf := make([]byte, 4096)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
		})
	}
}

// onHub listens and serves on a hub.
//
//greengen:patch
func onHub() {
	l, err := listen()
	if err != nil {
		panic(err)
	}
	ready(l.Addr())
	switch protocol {
	case "line":
		serveLines(l)
	case "buffer":
		serveBuffer(l)
	default:
		serveEcho(l)
	}
}
