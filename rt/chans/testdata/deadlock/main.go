// Command deadlock receives from a channel that nobody sends to.
package main

import (
	"time"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/chans"
	"github.com/greengen/greengen/rt/green"
	"github.com/greengen/greengen/rt/internal/greentest"
)

func main() {
	rt.RunMain(greentest.Task(
		func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) },
		func(h *green.Hub) *green.Frame {
			_, c := chans.Recv(h, make(chan int))
			return c
		},
	))
}
