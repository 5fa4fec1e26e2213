package main

import (
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/chans"
	"github.com/greengen/greengen/rt/green"
)

// relayFrame is the frame of:
//
//	func relay(in, out chan int, n int) {
//		for i := 0; i < n; i++ {
//			x := <-in
//			out <- x
//		}
//	}
//
// or, if it asks, of the same with both operations the other way round.
type relayFrame struct {
	green.FuncFrame
	in, out chan int
	n, i    int
	asks    bool
}

func relay_green(h *green.Hub, in, out chan int, n int, asks bool) *green.Frame {
	f := &relayFrame{in: in, out: out, n: n, asks: asks}
	f.PC, f.Resume = 1, relayResume
	if c := relayResume(h, &f.Frame); c != green.Parked {
		return nil
	}
	return &f.Frame
}

func relayResume(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*relayFrame)(unsafe.Pointer(hd))
	var c *green.Frame
	var x int
	switch f.PC {
	case 2:
		x = slotInt.Take(h).R0
		goto received
	case 3:
		goto sent
	}
loop:
	if f.i == f.n {
		return f.Parent
	}
	x = f.i
	if f.asks {
		goto send
	}
receive:
	if x, c = chans.Recv(h, f.in); c != nil {
		c.Parent, f.PC = hd, 2
		return green.Parked
	}
received:
	if f.asks {
		goto next
	}
send:
	if c = chans.Send(h, f.out, x); c != nil {
		c.Parent, f.PC = hd, 3
		return green.Parked
	}
sent:
	if f.asks {
		goto receive
	}
next:
	f.i++
	goto loop
}

// rounds sends n values to another greenlet and back.
func rounds(n int) float64 {
	return inHub(n, func(h *green.Hub) *green.Frame {
		there, back := make(chan int), make(chan int)
		echo := &body{f: func(h *green.Hub) *green.Frame { return relay_green(h, there, back, n, false) }}
		ask := &body{f: func(h *green.Hub) *green.Frame { return relay_green(h, back, there, n, true) }}
		return rt.JoinAll_green(h, rt.Spawn_green(h, echo.fn()), rt.Spawn_green(h, ask.fn()))
	})
}

func plainRounds(n int) float64 {
	return timed(n, func() {
		there, back := make(chan int), make(chan int)
		go func() {
			for range n {
				back <- <-there
			}
		}()
		for i := range n {
			there <- i
			<-back
		}
	})
}
