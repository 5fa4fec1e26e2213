//greengen:patch
package fmt

import (
	"io"
	"os"

	"github.com/greengen/greengen/rt/internal/worker"
)

//go:generate go run github.com/greengen/greengen/cmd/greengen

// Fscan is fmt.Fscan.
func Fscan(r io.Reader, a ...any) (int, error) { return (&call{r: r, how: words, args: a}).run() }

// Fscanln is fmt.Fscanln.
func Fscanln(r io.Reader, a ...any) (int, error) { return (&call{r: r, how: line, args: a}).run() }

// Fscanf is fmt.Fscanf.
func Fscanf(r io.Reader, format string, a ...any) (int, error) {
	return (&call{r: r, how: formatted, format: format, args: a}).run()
}

// Scan is fmt.Scan.
func Scan(a ...any) (int, error) { return Fscan(os.Stdin, a...) }

// Scanln is fmt.Scanln.
func Scanln(a ...any) (int, error) { return Fscanln(os.Stdin, a...) }

// Scanf is fmt.Scanf.
func Scanf(format string, a ...any) (int, error) { return Fscanf(os.Stdin, format, a...) }

func (c *call) run() (int, error) {
	switch {
	case c.waits():
		for c.try(); c.lacks != nothing && !c.costly; c.try() {
			c.ask()
		}
	case c.atOnce():
		c.whole(c.r)
	default:
		c.costly = true
	}
	if c.costly {
		worker.Do(c.goOn)
	}
	return c.n, c.err
}

// ask asks what std's code would have.
func (c *call) ask() {
	before := offloads()
	switch c.lacks {
	case aByte:
		var p [1]byte
		n, err := c.r.Read(p[:])
		c.got(rune(p[0]), n, err)
	case aRune:
		r, n, err := c.runes.ReadRune()
		c.got(r, n, err)
	case unread:
		c.got(0, 0, putBack(c.runes))
	}
	if offloads() != before { // better one worker for all of it
		c.costly = true
	}
}
