//greengen:patch
package multipart

import (
	"mime/multipart"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/bufio"
	"github.com/greengen/greengen/rt/internal/worker"
)

// Reader_NextPart is (*multipart.Reader).NextPart.
func Reader_NextPart(r *multipart.Reader) (*multipart.Part, error) {
	return next(&gap{r: r, f: nextPart})
}

// Reader_NextRawPart is (*multipart.Reader).NextRawPart.
func Reader_NextRawPart(r *multipart.Reader) (*multipart.Part, error) {
	return next(&gap{r: r, f: nextRawPart})
}

func next(g *gap) (*multipart.Part, error) {
	if !adopt(g.r) {
		return rt.Offload(g.next)
	}
	if p := currentPart(g.r); p != nil {
		Part_Close(p)
	}
	b := buffer(g.r)
	if bufio.Await(b, g.enough) == bufio.Rest && b.Buffered() == b.Size() {
		return rt.Offload(g.next)
	}
	return g.next()
}

// Part_Read is (*multipart.Part).Read.
func Part_Read(p *multipart.Part, d []byte) (int, error) {
	c := &partRead{part: p, d: d}
	if r := readerOf(p); r != nil && adopt(r) && bufio.Restart(buffer(r), c) {
		return c.n, c.err
	}
	return rt.Offload(func() (int, error) { return readPart(p, d) })
}

// Part_Close is (*multipart.Part).Close: it reads the rest, and keeps no error.
func Part_Close(p *multipart.Part) error {
	if r := readerOf(p); r == nil || !adopt(r) {
		return worker.Do(func() error { return closePart(p) })
	}
	rest := make([]byte, 4096)
	for {
		if _, err := Part_Read(p, rest); err != nil {
			return nil
		}
	}
}

// Read reads on until there was an error.
func (s *sticky) Read(p []byte) (n int, err error) {
	if s.err != nil {
		return 0, s.err
	}
	n, s.err = s.r.Read(p)
	return n, s.err
}

// The functions as values: so their twins are registered.
var (
	partReads  = Part_Read
	partCloses = Part_Close
)
