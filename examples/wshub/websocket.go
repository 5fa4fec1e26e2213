package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"unicode/utf8"
)

// The opcodes of RFC 6455.
const (
	opMore   = 0
	opText   = 1
	opBinary = 2
	opClose  = 8
	opPing   = 9
	opPong   = 10
)

// limit is how long a message may be.
const limit = 64 << 10

// websocket is the server's end of a conn that has been upgraded.
type websocket struct {
	conn    net.Conn
	r       *bufio.Reader
	key     string
	op      byte   // of the message that has begun
	message []byte // what there is of it
}

// A closeError ends the conn by a close frame of that code, 0: one without.
type closeError int

func (e closeError) Error() string { return fmt.Sprint("websocket closes: ", int(e)) }

const (
	protocolError = closeError(1002)
	notUTF8       = closeError(1007)
	tooBig        = closeError(1009)
)

// request reads a client's request. It answers, and fails, if it cannot be accepted.
func request(conn net.Conn) (*websocket, error) {
	r := bufio.NewReaderSize(conn, 512) // there are many
	request, header, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	key, status := check(request, header)
	if status != "" {
		_, err := io.WriteString(conn, "HTTP/1.1 "+status+"\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\n\r\n")
		return nil, errors.Join(errors.New("not upgraded: "+status), err)
	}
	return &websocket{conn: conn, r: r, key: key}, nil
}

// accept answers the request.
func (ws *websocket) accept() error {
	_, err := io.WriteString(ws.conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"+
		"Connection: Upgrade\r\nSec-WebSocket-Accept: "+proof(ws.key)+"\r\n\r\n")
	return err
}

// readHeader reads a request without a body. Its lines are at most as long as r's buffer.
func readHeader(r *bufio.Reader) (request string, header map[string]string, err error) {
	header = map[string]string{}
	for n := range 100 {
		line, more, err := r.ReadLine()
		switch {
		case err != nil:
			return "", nil, err
		case more:
			return "", nil, errors.New("line too long")
		case n == 0:
			request = string(line)
			continue
		case len(line) == 0:
			return request, header, nil
		}
		name, value, _ := strings.Cut(string(line), ":")
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		if old, ok := header[name]; ok {
			value = old + ", " + value
		}
		header[name] = value
	}
	return "", nil, errors.New("too many lines")
}

// check returns the client's key, or the status to answer with.
func check(request string, header map[string]string) (key, status string) {
	key = header["sec-websocket-key"]
	nonce, err := base64.StdEncoding.DecodeString(key)
	switch {
	case !strings.HasPrefix(request, "GET ") || !strings.HasSuffix(request, " HTTP/1.1") || header["host"] == "":
		return "", "400 Bad Request"
	case !has(header["upgrade"], "websocket") || !has(header["connection"], "upgrade"):
		return "", "426 Upgrade Required"
	case header["sec-websocket-version"] != "13":
		return "", "426 Upgrade Required"
	case err != nil || len(nonce) != 16:
		return "", "400 Bad Request"
	}
	return key, ""
}

// has reports whether a header's list has a word.
func has(list, word string) bool {
	for w := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(w), word) {
			return true
		}
	}
	return false
}

// proof shows that the server read the key.
func proof(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// next returns the next whole message, ping or pong. After a close, and for what must
// not be, the error is a closeError.
func (ws *websocket) next() (op byte, data []byte, err error) {
	for {
		fin, op, data, err := ws.frame()
		if err != nil {
			return 0, nil, err
		}
		switch {
		case op == opClose:
			return 0, nil, closeCode(data)
		case op >= opClose:
			return op, data, nil
		case (op == opMore) != (ws.op != 0):
			return 0, nil, protocolError // a message must end before another begins
		case op != opMore:
			ws.op = op
		}
		ws.message = append(ws.message, data...)
		if fin {
			return ws.whole()
		}
	}
}

// whole returns the message that has been read.
func (ws *websocket) whole() (op byte, data []byte, err error) {
	op, data = ws.op, ws.message
	ws.op, ws.message = 0, nil
	if op == opText && !utf8.Valid(data) {
		return 0, nil, notUTF8
	}
	return op, data, nil
}

// frame reads one frame.
func (ws *websocket) frame() (fin bool, op byte, data []byte, err error) {
	var head [8]byte
	if _, err = io.ReadFull(ws.r, head[:2]); err != nil {
		return
	}
	fin, op = head[0]&0x80 != 0, head[0]&0x0f
	n := uint64(head[1] & 0x7f)
	known := op <= opBinary || op >= opClose && op <= opPong
	masked := head[1]&0x80 != 0
	if head[0]&0x70 != 0 || !known || !masked || op >= opClose && (!fin || n > 125) {
		err = protocolError
		return
	}
	switch n {
	case 126:
		_, err = io.ReadFull(ws.r, head[:2])
		n = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		_, err = io.ReadFull(ws.r, head[:8])
		n = binary.BigEndian.Uint64(head[:8])
	}
	if err != nil {
		return
	}
	if op < opClose && n > limit-uint64(len(ws.message)) {
		err = tooBig
		return
	}
	var mask [4]byte
	if _, err = io.ReadFull(ws.r, mask[:]); err != nil {
		return
	}
	data = make([]byte, n)
	_, err = io.ReadFull(ws.r, data)
	for i := range data {
		data[i] ^= mask[i%4]
	}
	return
}

// closeCode is how a close frame is answered.
func closeCode(data []byte) closeError {
	if len(data) == 0 {
		return 0
	}
	if len(data) == 1 {
		return protocolError
	}
	code := binary.BigEndian.Uint16(data)
	reserved := code == 1004 || code == 1005 || code == 1006
	if code < 1000 || code > 1014 && code < 3000 || code > 4999 || reserved {
		return protocolError
	}
	if !utf8.Valid(data[2:]) {
		return notUTF8
	}
	return closeError(code)
}

// closing is the frame that ends a conn for that reason.
func closing(err error) []byte {
	var code closeError
	if !errors.As(err, &code) || code == 0 {
		return frame(opClose, nil)
	}
	return frame(opClose, binary.BigEndian.AppendUint16(nil, uint16(code)))
}

// frame makes a whole message of the server's.
func frame(op byte, data []byte) []byte {
	f := []byte{0x80 | op}
	switch n := len(data); {
	case n < 126:
		f = append(f, byte(n))
	case n < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 127), uint64(n))
	}
	return append(f, data...)
}
