package main

import (
	"os"
	"time"
	"fmt"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/chans"
	"github.com/greengen/greengen/rt/green"
	. "github.com/greengen/greengen/rt/internal/greentest"
)

func main() {
	ch := make(chan int)
	if os.Args[1] == "plain" {
		t := time.NewTimer(time.Millisecond)
		select { case <-ch: case <-t.C: }
		fmt.Println("x")
		go func() { <-ch } ()
		<-ch
	}
	var s []Step
	if os.Args[1] == "sleep" {
		s = append(s, func(h *green.Hub) *green.Frame { return rt.Sleep_green(h, time.Millisecond) })
	}
	s = append(s, func(h *green.Hub) *green.Frame { _, c := chans.Recv(h, ch); return c })
	rt.RunMain(Task(s...))
}
