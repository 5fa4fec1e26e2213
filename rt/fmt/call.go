package fmt

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/greengen/greengen/rt/green"
	gio "github.com/greengen/greengen/rt/io"
)

// errWaits ends a call of std's that would wait. It never leaves this package.
var errWaits = errors.New("rt/fmt: the input is not there yet")

// call is a call of a Fscan function. Std's is called, handed a stand-in for its reader, which
// answers what that has at once, and fails where it would wait. Then the greenlet asks the
// reader, and std's function is called again: until where it was it gets the same answers.
// So r sees the calls that it sees from std's code, each one once.
type call struct {
	r      io.Reader
	runes  io.RuneScanner // r, if it is one: std's code asks for runes then
	trier  gio.Trier      // r, if it can be asked without waiting; nil: it cannot
	how    how
	format string
	args   []any
	n      int
	err    error

	hub    *green.Hub // set while std's function must not wait
	log    []answer   // of r, in order
	next   int        // which one std's code gets next
	lacks  lack
	steps  int  // answers that were given once more
	costly bool // a worker is to do the rest
}

type how uint8

const (
	words how = iota
	line
	formatted
)

// lack is what std's code asked for, and r has not got at once.
type lack uint8

const (
	nothing lack = iota
	aByte
	aRune
	unread
)

// answer is what r said: to Read, of a byte, to ReadRune or to UnreadRune.
type answer struct {
	r   rune
	n   int
	err error
}

// mostSteps is how many answers are given again before a worker goes on.
const mostSteps = 1 << 20

// whole is std's function.
func (c *call) whole(r io.Reader) {
	switch c.how {
	case words:
		c.n, c.err = fmt.Fscan(r, c.args...)
	case line:
		c.n, c.err = fmt.Fscanln(r, c.args...)
	case formatted:
		c.n, c.err = fmt.Fscanf(r, c.format, c.args...)
	}
}

// atOnce says that r never waits.
func (c *call) atOnce() bool { return green.PlainType(c.r) }

// waits says whether the greenlet can ask r itself. A Scanner among the operands would see
// that it is called more than once.
func (c *call) waits() bool {
	if c.r == nil || c.atOnce() || slices.ContainsFunc(c.args, isScanner) {
		return false
	}
	if c.runes, _ = c.r.(io.RuneScanner); c.runes != nil {
		_, twin := c.r.(interface {
			ReadRune_green(h *green.Hub) (rune, int, error, *green.Frame)
		})
		return twin || bufferOf(c.r) != nil
	}
	c.trier, _ = gio.TrierOf(c.r)
	return c.trier != nil || gio.Known(c.r)
}

func isScanner(x any) bool {
	_, ok := x.(fmt.Scanner)
	return ok
}

func bufferOf(r io.Reader) *bufio.Reader {
	switch r := r.(type) {
	case *bufio.Reader:
		return r
	case *bufio.ReadWriter:
		return r.Reader
	}
	return nil
}

// try calls std's function with what there is: in its twin.
func (c *call) try() { c.goOn() }

func (c *call) try_green(h *green.Hub) {
	if h.Blocks() {
		c.goOn()
		return
	}
	c.hub = h
	defer func() { c.hub = nil }()
	c.again()
}

// goOn is for goroutines, which may wait.
func (c *call) goOn() error {
	c.hub = nil
	c.again()
	return nil
}

func (c *call) again() {
	c.next, c.lacks = 0, nothing
	if c.runes != nil {
		c.whole((*lentRunes)(c))
	} else {
		c.whole((*lent)(c))
	}
}

// got notes an answer.
func (c *call) got(r rune, n int, err error) {
	c.log = append(c.log, answer{r, n, err})
	if c.steps += len(c.log); c.steps > mostSteps {
		c.costly = true
	}
}

// offloads counts those of the hub: in its twin.
func offloads() uint64 { return 0 }

func offloads_green(h *green.Hub) uint64 { return h.Offloads }

// putBack is UnreadRune.
func putBack(r io.RuneScanner) error { return r.UnreadRune() }

func putBack_green(h *green.Hub, r io.RuneScanner) (error, *green.Frame) {
	if g, ok := r.(unreader); ok && !h.Blocks() {
		return g.UnreadRune_green(h)
	}
	return r.UnreadRune(), nil
}

type unreader interface {
	UnreadRune_green(h *green.Hub) (error, *green.Frame)
}

// replay returns the next answer, if r has given it before, or !ok if it cannot now.
func (c *call) replay() (a answer, known, ok bool) {
	if c.lacks != nothing {
		return answer{}, false, false
	}
	if c.next < len(c.log) {
		c.next++
		return c.log[c.next-1], true, true
	}
	return answer{}, false, true
}

// says notes what r answered just now.
func (c *call) says(r rune, n int, err error) {
	c.log = append(c.log, answer{r, n, err})
	c.next = len(c.log)
}

// lent is the stand-in for a reader without runes: std's code reads it byte by byte.
type lent call

func (l *lent) Read(p []byte) (int, error) {
	c := (*call)(l)
	a, known, ok := c.replay()
	switch {
	case known:
		if a.n > 0 {
			p[0] = byte(a.r)
		}
		return a.n, a.err
	case !ok:
		return 0, errWaits
	}
	p = p[:1]
	if c.hub == nil {
		return c.r.Read(p)
	}
	if c.trier != nil {
		if n, err, ok := c.trier.TryRead_green(c.hub, p); ok {
			c.says(rune(p[0]), n, err)
			return n, err
		}
	}
	c.lacks = aByte
	return 0, errWaits
}

// lentRunes is the stand-in for a RuneScanner.
type lentRunes call

func (l *lentRunes) Read([]byte) (int, error) { return 0, errWaits } // nobody calls it

func (l *lentRunes) ReadRune() (rune, int, error) {
	c := (*call)(l)
	a, known, ok := c.replay()
	switch {
	case known:
		return a.r, a.n, a.err
	case !ok:
		return 0, 0, errWaits
	case c.hub == nil:
		return c.runes.ReadRune()
	}
	if b := bufferOf(c.r); b != nil && hasRune(b) {
		r, n, err := b.ReadRune()
		c.says(r, n, err)
		return r, n, err
	}
	c.lacks = aRune
	return 0, 0, errWaits
}

// hasRune says that b need not read for one.
func hasRune(b *bufio.Reader) bool {
	p, _ := b.Peek(min(b.Buffered(), utf8.UTFMax))
	return utf8.FullRune(p)
}

func (l *lentRunes) UnreadRune() error {
	c := (*call)(l)
	a, known, ok := c.replay()
	switch {
	case known:
		return a.err
	case !ok:
		return nil
	}
	if _, twin := c.runes.(unreader); twin && c.hub != nil {
		c.lacks = unread
		return nil
	}
	err := c.runes.UnreadRune()
	if c.hub != nil {
		c.says(0, 0, err)
	}
	return err
}
