package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// timeout is how long a user may take in all.
const timeout = 2 * time.Minute

// maxBody is the longest body that is taken.
const maxBody = 64 << 20

// bufSize is enough for a request or a header. The default of 4 KB, twice for
// each user, would be most of the memory.
const bufSize = 512

// Connection is an HTTP/1.1 client with keep-alive, one request at a time.
type Connection struct {
	Token string // sent along once it is known

	host string
	conn net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
}

func connect(addr string) (*Connection, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		conn.Close()
		return nil, err
	}
	r, w := bufio.NewReaderSize(conn, bufSize), bufio.NewWriterSize(conn, bufSize)
	return &Connection{host: addr, conn: conn, r: r, w: w}, nil
}

// Close closes the connection.
func (c *Connection) Close() error { return c.conn.Close() }

// Do sends a request and returns the body of its response.
func (c *Connection) Do(method, path, body string) ([]byte, error) {
	c.w.WriteString(fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, c.host))
	if c.Token != "" {
		c.w.WriteString("Authorization: Bearer " + c.Token + "\r\n")
	}
	c.w.WriteString(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
	if err := c.w.Flush(); err != nil { // also the errors of writing to w
		return nil, err
	}

	status, err := c.line()
	if err != nil {
		return nil, err
	}
	length, err := c.header()
	if err != nil {
		return nil, err
	}
	data := make([]byte, length)
	if n, err := io.ReadFull(c.r, data); err != nil {
		return nil, fmt.Errorf("body: %d of %d bytes: %w", n, length, err)
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200 ") {
		return nil, fmt.Errorf("%s: %s", status, strings.TrimSpace(string(data)))
	}
	return data, nil
}

// header reads the header and returns the length of the body.
func (c *Connection) header() (int, error) {
	length := -1
	for {
		line, err := c.line()
		if err != nil {
			return 0, err
		}
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, err
			}
		}
	}
	if length < 0 || length > maxBody {
		return 0, errors.New("no usable Content-Length")
	}
	return length, nil
}

func (c *Connection) line() (string, error) {
	line, err := c.r.ReadString('\n')
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimRight(line, "\r\n"), err
}
