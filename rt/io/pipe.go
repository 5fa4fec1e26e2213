//greengen:patch
package io

import (
	"errors"
	"io"
	"reflect"
	"sync"
	"unsafe"
)

// pipe is what std keeps of an io.Pipe, whose channels all its users share: greenlets of
// any hubs, goroutines, and code that knows nothing of greenlets. A writer offers what
// it has until readers took all of it; each reader says how much it took.
type pipe struct {
	wrMu sync.Mutex // one writer at a time
	wrCh chan []byte
	rdCh chan int
	once sync.Once // closes done
	done chan struct{}
	rerr onceError
	werr onceError
}

//greengen:offload
func stdRead(r *io.PipeReader, p []byte) (int, error) { return r.Read(p) }

//greengen:offload
func stdWrite(w *io.PipeWriter, p []byte) (int, error) { return w.Write(p) }

// PipeReader_Read is (*io.PipeReader).Read.
func PipeReader_Read(r *io.PipeReader, p []byte) (int, error) {
	if !pipesKnown {
		return stdRead(r, p)
	}
	return (*pipe)(unsafe.Pointer(r)).read(p)
}

// PipeWriter_Write is (*io.PipeWriter).Write.
func PipeWriter_Write(w *io.PipeWriter, p []byte) (int, error) {
	if !pipesKnown {
		return stdWrite(w, p)
	}
	return (*pipe)(unsafe.Pointer(w)).write(p)
}

// PipeReader_Close is (*io.PipeReader).Close.
func PipeReader_Close(r *io.PipeReader) error { return PipeReader_CloseWithError(r, nil) }

// PipeReader_CloseWithError is (*io.PipeReader).CloseWithError.
func PipeReader_CloseWithError(r *io.PipeReader, err error) error {
	if !pipesKnown {
		return r.CloseWithError(err)
	}
	if err == nil {
		err = io.ErrClosedPipe
	}
	p := (*pipe)(unsafe.Pointer(r))
	p.rerr.set(err)
	p.end()
	return nil
}

// PipeWriter_Close is (*io.PipeWriter).Close.
func PipeWriter_Close(w *io.PipeWriter) error { return PipeWriter_CloseWithError(w, nil) }

// PipeWriter_CloseWithError is (*io.PipeWriter).CloseWithError.
func PipeWriter_CloseWithError(w *io.PipeWriter, err error) error {
	if !pipesKnown {
		return w.CloseWithError(err)
	}
	if err == nil {
		err = io.EOF
	}
	p := (*pipe)(unsafe.Pointer(w))
	p.werr.set(err)
	p.end()
	return nil
}

func (p *pipe) end() { p.once.Do(func() { close(p.done) }) }

func (p *pipe) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

func (p *pipe) read(b []byte) (int, error) {
	if p.ended() { // before data
		return 0, p.readError()
	}
	select {
	case data := <-p.wrCh:
		n := copy(b, data)
		p.tell(n)
		return n, nil
	case <-p.done:
		return 0, p.readError()
	}
}

// tell says how much was read, also if the greenlet is killed: the writer waits for it.
func (p *pipe) tell(n int) {
	select {
	case p.rdCh <- n: // the writer waits for it already
		return
	default:
	}
	told := false
	defer func() {
		if !told {
			p.rdCh <- n
		}
	}()
	p.rdCh <- n
	told = true
}

func (p *pipe) write(b []byte) (n int, err error) {
	if p.ended() {
		return 0, p.writeError()
	}
	p.wrMu.Lock()
	defer p.wrMu.Unlock()
	for {
		select {
		case p.wrCh <- b[n:]:
			n += p.taken()
		case <-p.done:
			return n, p.writeError()
		}
		if n == len(b) {
			return n, nil
		}
	}
}

// taken is how much the reader took. It waits until that has told, as tell does.
func (p *pipe) taken() (n int) {
	told := false
	defer func() {
		if !told {
			<-p.rdCh
		}
	}()
	n = <-p.rdCh
	told = true
	return n
}

// readError is what a reader gets at the end: what the writer closed with, unless
// the reader closed first.
func (p *pipe) readError() error {
	if err := p.werr.get(); p.rerr.get() == nil && err != nil {
		return err
	}
	return io.ErrClosedPipe
}

func (p *pipe) writeError() error {
	if err := p.rerr.get(); p.werr.get() == nil && err != nil {
		return err
	}
	return io.ErrClosedPipe
}

// pipesKnown reports whether std keeps what pipe says, and at the same places: else a
// worker reads and writes.
var pipesKnown = samePipe()

func samePipe() bool {
	r, w := reflect.TypeFor[io.PipeReader](), reflect.TypeFor[io.PipeWriter]()
	if r.NumField() != 1 || w.NumField() != 1 || w.Field(0).Type != r || !alike(r.Field(0).Type, reflect.TypeFor[pipe]()) {
		return false
	}
	a, b := io.Pipe()
	p := (*pipe)(unsafe.Pointer(a))
	if cap(p.wrCh) != 0 || cap(p.rdCh) != 0 || p.done == nil {
		return false
	}
	err := errors.New("closed")
	return b.CloseWithError(err) == nil && p.werr.err == err && p.rerr.err == nil
}

// alike reports whether two structs have the same fields at the same places.
func alike(a, b reflect.Type) bool {
	if a.Kind() != b.Kind() || a.Size() != b.Size() {
		return false
	}
	if a.Kind() != reflect.Struct || a.Name() == "Mutex" || a.Name() == "Once" {
		return a == b
	}
	if a.NumField() != b.NumField() {
		return false
	}
	for i := range a.NumField() {
		f, g := a.Field(i), b.Field(i)
		if f.Name != g.Name || f.Offset != g.Offset || !alike(f.Type, g.Type) {
			return false
		}
	}
	return true
}

// The functions as values: so their twins are registered.
var (
	pipeRead       = PipeReader_Read
	pipeWrite      = PipeWriter_Write
	pipeCloseRead  = PipeReader_Close
	pipeCloseWrite = PipeWriter_Close
)
