package net

import (
	"io"
	"net"

	"github.com/greengen/greengen/rt"
)

// pipe is one end of what net.Pipe returns: greenlets of any hubs and goroutines wait in it
// without a goroutine more. Its methods are safe from any goroutine.
type pipe struct {
	in, out *lane // in is the other end's out
}

// signal wakes one wait.
type signal = rt.Future[struct{}]

// Read waits for a Write at the other end, and takes as much of it as there is room for.
//
//greengen:patch
func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.in.read(b)
	return n, pipeError("read", err)
}

// Write waits until all of b was read.
//
//greengen:patch
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.write(b)
	return n, pipeError("write", err)
}

// Close ends all calls at both ends. It does not wait, nor fail.
//
//greengen:patch
func (p *pipe) Close() error {
	for _, s := range append(p.in.leave(rt.Reading), p.out.leave(rt.Writing)...) {
		ring(s)
	}
	return nil
}

//greengen:patch
func ring(s *signal) {
	if s != nil {
		s.Set(struct{}{})
	}
}

//greengen:patch
func (l *lane) read(b []byte) (int, error) {
	v, over, next := l.enter(b)
	if over {
		ring(next)
		return v.n, v.err
	}
	defer func() { ring(l.giveUp(v)) }() // if the greenlet is killed or cancelled
	for {
		if _, err := v.woken.Get(); err != nil {
			return 0, err
		}
		over, next := l.again(v)
		ring(next)
		if over {
			return v.n, v.err
		}
	}
}

//greengen:patch
func (l *lane) write(b []byte) (int, error) {
	if err := l.fails(rt.Writing); err != nil {
		return 0, err
	}
	l.turn.Acquire()
	defer l.turn.Release()
	v, next, err := l.offer(b)
	if err != nil {
		return 0, err
	}
	defer l.giveUp(v)
	ring(next)
	if _, err := v.woken.Get(); err != nil {
		l.giveUp(v)
		return v.n, err
	}
	return v.n, v.err
}

// pipeError is what a caller gets for err.
func pipeError(op string, err error) error {
	if err == nil || err == io.EOF || err == io.ErrClosedPipe {
		return err
	}
	return &net.OpError{Op: op, Net: "pipe", Err: err}
}
