//greengen:patch
package textproto

import (
	"fmt"
	"net"
	"net/textproto"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/internal/worker"
)

// ready says how to read what is enough for a method of r.
func ready(r *textproto.Reader, enough func([]byte) bool) bufio.State {
	if !settle(r) {
		return bufio.Unknown
	}
	return bufio.Await(r.R, enough)
}

// Reader_ReadLine is (*textproto.Reader).ReadLine.
func Reader_ReadLine(r *textproto.Reader) (string, error) {
	switch ready(r, line) {
	case bufio.Ready:
		return readLine(r)
	case bufio.Rest:
		b, err := longLine(r)
		return string(b), err
	}
	return rt.Offload(func() (string, error) { return readLine(r) })
}

// Reader_ReadLineBytes is (*textproto.Reader).ReadLineBytes.
func Reader_ReadLineBytes(r *textproto.Reader) ([]byte, error) {
	switch ready(r, line) {
	case bufio.Ready:
		return readLineBytes(r)
	case bufio.Rest:
		return longLine(r)
	}
	return rt.Offload(func() ([]byte, error) { return readLineBytes(r) })
}

// Reader_ReadContinuedLine is (*textproto.Reader).ReadContinuedLine.
func Reader_ReadContinuedLine(r *textproto.Reader) (string, error) {
	switch ready(r, continued) {
	case bufio.Ready:
		return readContinuedLine(r)
	case bufio.Rest:
		b, err := longContinued(r, false)
		return string(b), err
	}
	return rt.Offload(func() (string, error) { return readContinuedLine(r) })
}

// Reader_ReadContinuedLineBytes is (*textproto.Reader).ReadContinuedLineBytes.
func Reader_ReadContinuedLineBytes(r *textproto.Reader) ([]byte, error) {
	switch ready(r, continued) {
	case bufio.Ready:
		return readContinuedLineBytes(r)
	case bufio.Rest:
		return longContinued(r, false)
	}
	return rt.Offload(func() ([]byte, error) { return readContinuedLineBytes(r) })
}

// Reader_ReadCodeLine is (*textproto.Reader).ReadCodeLine.
func Reader_ReadCodeLine(r *textproto.Reader, code int) (int, string, error) {
	switch ready(r, line) {
	case bufio.Ready:
		a, err := readCodeLine(r, code)
		return a.code, a.text, err
	case bufio.Rest:
		b, err := longLine(r)
		if err != nil {
			return 0, "", err
		}
		a, err := judge(b, code, readCodeLine)
		return a.code, a.text, err
	}
	a, err := rt.Offload(func() (response, error) { return readCodeLine(r, code) })
	return a.code, a.text, err
}

// Reader_ReadResponse is (*textproto.Reader).ReadResponse.
func Reader_ReadResponse(r *textproto.Reader, code int) (int, string, error) {
	switch ready(r, whole) {
	case bufio.Ready:
		a, err := readResponse(r, code)
		return a.code, a.text, err
	case bufio.Rest:
		b, err := longResponse(r)
		if err != nil {
			return 0, "", err
		}
		a, err := judge(b, code, readResponse)
		return a.code, a.text, err
	}
	a, err := rt.Offload(func() (response, error) { return readResponse(r, code) })
	return a.code, a.text, err
}

// Writer_PrintfLine is (*textproto.Writer).PrintfLine.
func Writer_PrintfLine(w *textproto.Writer, format string, args ...any) error {
	if !finish(w) {
		_, err := rt.Offload(func() (struct{}, error) { return printfLine(w, format, args) })
		return err
	}
	fmt.Fprintf(w.W, format, args...)
	w.W.Write([]byte("\r\n"))
	return w.W.Flush()
}

// Pipeline_StartRequest is (*textproto.Pipeline).StartRequest.
func Pipeline_StartRequest(p *textproto.Pipeline, id uint) {
	if requests.turn(p, id) {
		startRequest(p, id)
		return
	}
	rt.Offload(func() (struct{}, error) { return startRequest(p, id) })
}

// Pipeline_StartResponse is (*textproto.Pipeline).StartResponse.
func Pipeline_StartResponse(p *textproto.Pipeline, id uint) {
	if responses.turn(p, id) {
		startResponse(p, id)
		return
	}
	rt.Offload(func() (struct{}, error) { return startResponse(p, id) })
}

// Conn_Cmd is (*textproto.Conn).Cmd.
func Conn_Cmd(c *textproto.Conn, format string, args ...any) (uint, error) {
	id := c.Next()
	Pipeline_StartRequest(&c.Pipeline, id)
	err := Writer_PrintfLine(&c.Writer, format, args...)
	c.EndRequest(id)
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Conn_Close is (*textproto.Conn).Close.
func Conn_Close(c *textproto.Conn) error {
	if conn := connOf(c); conn != nil {
		return conn.Close()
	}
	return worker.Do(func() error { return closeConn(c) })
}

// Dial is textproto.Dial.
func Dial(network, address string) (*textproto.Conn, error) {
	conn, err := net.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return textproto.NewConn(conn), nil
}
