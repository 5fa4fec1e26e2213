//greengen:patch
package textproto

import (
	"fmt"
	"net/textproto"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/bufio"
)

// ready waits until a method of r that reads enough does not block. false: it may.
func ready(r *textproto.Reader, enough func([]byte) bool) bool {
	return !reading(r) && bufio.Await(r.R, enough)
}

// Reader_ReadLine is (*textproto.Reader).ReadLine.
func Reader_ReadLine(r *textproto.Reader) (string, error) {
	if ready(r, line) {
		return readLine(r)
	}
	return rt.Offload(func() (string, error) { return readLine(r) })
}

// Reader_ReadLineBytes is (*textproto.Reader).ReadLineBytes.
func Reader_ReadLineBytes(r *textproto.Reader) ([]byte, error) {
	if ready(r, line) {
		return readLineBytes(r)
	}
	return rt.Offload(func() ([]byte, error) { return readLineBytes(r) })
}

// Reader_ReadContinuedLine is (*textproto.Reader).ReadContinuedLine.
func Reader_ReadContinuedLine(r *textproto.Reader) (string, error) {
	if ready(r, continued) {
		return readContinuedLine(r)
	}
	return rt.Offload(func() (string, error) { return readContinuedLine(r) })
}

// Reader_ReadContinuedLineBytes is (*textproto.Reader).ReadContinuedLineBytes.
func Reader_ReadContinuedLineBytes(r *textproto.Reader) ([]byte, error) {
	if ready(r, continued) {
		return readContinuedLineBytes(r)
	}
	return rt.Offload(func() ([]byte, error) { return readContinuedLineBytes(r) })
}

// Reader_ReadCodeLine is (*textproto.Reader).ReadCodeLine.
func Reader_ReadCodeLine(r *textproto.Reader, code int) (int, string, error) {
	if ready(r, line) {
		a, err := readCodeLine(r, code)
		return a.code, a.text, err
	}
	a, err := rt.Offload(func() (response, error) { return readCodeLine(r, code) })
	return a.code, a.text, err
}

// Reader_ReadResponse is (*textproto.Reader).ReadResponse.
func Reader_ReadResponse(r *textproto.Reader, code int) (int, string, error) {
	if ready(r, whole) {
		a, err := readResponse(r, code)
		return a.code, a.text, err
	}
	a, err := rt.Offload(func() (response, error) { return readResponse(r, code) })
	return a.code, a.text, err
}

// Writer_PrintfLine is (*textproto.Writer).PrintfLine.
func Writer_PrintfLine(w *textproto.Writer, format string, args ...any) error {
	if writing(w) {
		_, err := rt.Offload(func() (struct{}, error) { return printfLine(w, format, args) })
		return err
	}
	fmt.Fprintf(w.W, format, args...)
	w.W.WriteString("\r\n")
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
