// Waiter lets many goroutines, or greenlets, wait for long in the way it is told, and
// prints what each costs, in bytes, and what a message to one that waited costs, in ns
// of CPU. Or it lets them wait at the end of some calls, and prints resident bytes, those of
// heap and stacks, and the ns of CPU that a collection takes, for each. Waits builds it
// both ways.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/greengen/greengen/internal/cputime"
)

// waiters wait for a message on in, and answer on out.
var waiters = map[string]func(ctx context.Context, in, out chan int){
	"channel":                     receive,
	"select, context":             withContext,
	"select, context and ticker":  withTicker,
	"select, context and timeout": withTimeout,
}

func receive(_ context.Context, in, out chan int) {
	for v := range in {
		out <- v
	}
}

func withContext(ctx context.Context, in, out chan int) {
	for {
		select {
		case v := <-in:
			out <- v
		case <-ctx.Done():
			return
		}
	}
}

func withTicker(ctx context.Context, in, out chan int) {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		select {
		case v := <-in:
			out <- v
		case <-t.C:
			out <- -1
		case <-ctx.Done():
			return
		}
	}
}

func withTimeout(ctx context.Context, in, out chan int) {
	for {
		select {
		case v := <-in:
			out <- v
		case <-time.After(time.Hour):
			return
		case <-ctx.Done():
			return
		}
	}
}

// deep waits below so many calls, each of which has three words that live on.
func deep(depth, x, y int, done chan struct{}) int {
	if depth == 1 {
		started.Add(1)
		<-done
		return depth + x + y
	}
	return deep(depth-1, x+1, y+2, done) + depth + x*y
}

var started atomic.Int64

// crowd measures n that wait at a depth.
func crowd(n, depth int) {
	done := make(chan struct{})
	before, used := rss(), inUse()
	for i := range n {
		go deep(depth, i, i+1, done)
	}
	for started.Load() < int64(n) {
		runtime.Gosched()
	}
	time.Sleep(time.Second)
	each := (rss() - before) / n
	used = inUse() - used
	runtime.GC()
	start := cputime.Used()
	runtime.GC()
	fmt.Println(each, used/n, float64(cputime.Used()-start)/float64(n))
}

// inUse returns the bytes of heap and stacks.
func inUse() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

func main() {
	wait := waiters[os.Args[1]]
	n, err := strconv.Atoi(os.Args[2])
	if d, derr := strconv.Atoi(os.Args[1]); derr == nil && err == nil {
		crowd(n, d)
		return
	}
	if wait == nil || err != nil {
		fmt.Fprintln(os.Stderr, "usage: waiter kind|depth n")
		os.Exit(2)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ins, out := make([]chan int, n), make(chan int)
	for i := range ins {
		ins[i] = make(chan int)
	}
	before := rss()
	for _, in := range ins {
		go wait(ctx, in, out)
	}
	time.Sleep(time.Second)
	each := (rss() - before) / n
	const rounds = 3
	start := cputime.Used()
	for range rounds {
		for i, in := range ins {
			in <- i
			if v := <-out; v != i {
				fmt.Fprintln(os.Stderr, "a wrong answer")
				os.Exit(1)
			}
		}
	}
	fmt.Println(each, int64(cputime.Used()-start)/int64(rounds*n))
}

// rss returns the resident memory, in bytes, after what is free was given back.
func rss() int {
	debug.FreeOSMemory()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(data))[1])
	return pages * os.Getpagesize()
}
