// Op does one kind of thing for a while, on goroutines or, woven by greengen, on
// greenlets, and prints what one of it costs, in ns of CPU. Ops builds it both ways.
package main

import (
	"fmt"
	"iter"
	"maps"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/greengen/greengen/internal/cputime"
)

// kinds do what they are named after n times; n is a multiple of 4,000.
var kinds = map[string]func(n int){
	"switch, depth 1":           func(n int) { switches(n, 1) },
	"switch, depth 4":           func(n int) { switches(n, 4) },
	"switch, depth 16":          func(n int) { switches(n, 16) },
	"rendezvous":                rendezvous,
	"buffered channel":          buffered,
	"select of 4":               selects,
	"Mutex hand-off":            mutexes,
	"WaitGroup of 10":           groups,
	"Sleep, 1,000 at once":      sleeps,
	"spawn + finish":            spawns,
	"spawn + join":              joins,
	"generator":                 generator,
	"tree walk, depth 20":       walk,
	"generator, by range":       ranges,
	"tree walk, by range":       rangeTree,
	"fib, never suspends":       fibs,
	"bytes, 1 in 4096 suspends": bytes,
	"loop without parks":        loop,
}

func main() {
	if len(os.Args) < 2 || kinds[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: op KIND [PROFILE]; kinds:", strings.Join(slices.Sorted(maps.Keys(kinds)), "; "))
		os.Exit(2)
	}
	do := kinds[os.Args[1]]
	if len(os.Args) > 2 {
		f, err := os.Create(os.Args[2])
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "op:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	const long = 300 * time.Millisecond
	for n := 4000; ; n *= 2 {
		start := cputime.Used()
		do(n)
		if took := cputime.Used() - start; took >= long {
			fmt.Println(float64(took) / float64(n))
			return
		}
	}
}

// check ends the program if it computed anything wrong.
func check(got, want int) {
	if got != want {
		fmt.Fprintln(os.Stderr, "op: got", got, "want", want)
		os.Exit(1)
	}
}

// switches lets two yield to each other, n times in all.
func switches(n, depth int) {
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 {
		go func() {
			defer wg.Done()
			check(yields(depth, n/2), n/2)
		}()
	}
	wg.Wait()
}

func yields(depth, n int) int {
	if depth > 1 {
		return yields(depth-1, n)
	}
	for range n {
		runtime.Gosched()
	}
	return n
}

func rendezvous(n int) { check(sum(feed(make(chan int), n)), n*(n-1)/2) }
func buffered(n int)   { check(sum(feed(make(chan int, 128), n)), n*(n-1)/2) }

func feed(c chan int, n int) chan int {
	go func() {
		for i := range n {
			c <- i
		}
		close(c)
	}()
	return c
}

func sum(c chan int) (s int) {
	for v := range c {
		s += v
	}
	return s
}

func selects(n int) {
	var cs [4]chan int
	for i := range cs {
		cs[i] = make(chan int)
	}
	go func() {
		for i := range n {
			cs[i&3] <- i
		}
	}()
	s := 0
	for range n {
		select {
		case v := <-cs[0]:
			s += v
		case v := <-cs[1]:
			s += v
		case v := <-cs[2]:
			s += v
		case v := <-cs[3]:
			s += v
		}
	}
	check(s, n*(n-1)/2)
}

// mutexes lets four take a lock that is held across a switch.
func mutexes(n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	s := 0
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range n / 4 {
				mu.Lock()
				runtime.Gosched()
				s++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	check(s, n)
}

func groups(n int) {
	s := 0
	for range n / 10 {
		var wg sync.WaitGroup
		var part [10]int
		for i := range part {
			wg.Add(1)
			go func() {
				defer wg.Done()
				runtime.Gosched()
				part[i]++
			}()
		}
		wg.Wait()
		for _, v := range part {
			s += v
		}
	}
	check(s, n)
}

func sleeps(n int) {
	var wg sync.WaitGroup
	wg.Add(1000)
	for i := range 1000 {
		go func() {
			defer wg.Done()
			for range n / 1000 {
				time.Sleep(time.Duration(i) * time.Microsecond)
			}
		}()
	}
	wg.Wait()
}

func spawns(n int) {
	var wg sync.WaitGroup
	for range n / 1000 {
		wg.Add(1000)
		for range 1000 {
			go func() {
				if n < 0 {
					runtime.Gosched()
				}
				wg.Done()
			}()
		}
		wg.Wait()
	}
}

func joins(n int) {
	done := make(chan int)
	s := 0
	for range n {
		go func() { done <- 1 }()
		s += <-done
	}
	check(s, n)
}

// produce yields 0 to n-1. It waits at times.
func produce(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if i&1023 == 1023 {
				runtime.Gosched()
			}
			if !yield(i) {
				return
			}
		}
	}
}

// generator pulls from a function that yields.
func generator(n int) {
	next, stop := iter.Pull(produce(n))
	defer stop()
	s := 0
	for v, ok := next(); ok; v, ok = next() {
		s += v
	}
	check(s, n*(n-1)/2)
}

func ranges(n int) {
	s := 0
	for v := range produce(n) {
		s += v
	}
	check(s, n*(n-1)/2)
}

type tree struct {
	left, right *tree
	wait        bool
}

func grow(depth int) *tree {
	if depth == 0 {
		return nil
	}
	return &tree{grow(depth - 1), grow(depth - 1), depth == 10}
}

// walk waits at some leaves.
func (t *tree) walk(yield func(*tree) bool) bool {
	if t == nil {
		return true
	}
	if t.wait {
		runtime.Gosched()
	}
	return t.left.walk(yield) && yield(t) && t.right.walk(yield)
}

var theTree = sync.OnceValue(func() *tree { return grow(20) })

// walks is all nodes of the tree, again and again.
func walks(t *tree) iter.Seq[*tree] {
	return func(yield func(*tree) bool) {
		for t.walk(yield) {
		}
	}
}

func walk(n int) {
	next, stop := iter.Pull(walks(theTree()))
	defer stop()
	s := 0
	for range n {
		if v, _ := next(); v != nil {
			s++
		}
	}
	check(s, n)
}

func rangeTree(n int) {
	s := 0
	for v := range walks(theTree()) {
		if v != nil {
			s++
		}
		if s == n {
			break
		}
	}
	check(s, n)
}

// mayYield never does, which nothing knows before it runs.
var mayYield bool

func fib(n int) int {
	if n < 2 {
		if mayYield {
			runtime.Gosched()
		}
		return n
	}
	return fib(n-1) + fib(n-2)
}

// fibs makes n calls of fib, of which fib(15) makes 1,973.
func fibs(n int) {
	for range n / 1973 {
		check(fib(15), 610)
	}
}

type source struct {
	p    []byte
	left int
}

func (s *source) fill() bool {
	if s.left == 0 {
		return false
	}
	s.left--
	s.p = s.p[:cap(s.p)]
	runtime.Gosched()
	return true
}

func (s *source) next() (byte, bool) {
	if len(s.p) == 0 && !s.fill() {
		return 0, false
	}
	b := s.p[0]
	s.p = s.p[1:]
	return b, true
}

func bytes(n int) {
	s := &source{left: n / 4096}
	full := make([]byte, 4096)
	got := 0
	s.p = full[:0:4096]
	for {
		if len(s.p) == 0 {
			s.p = full[:0:4096]
		}
		_, ok := s.next()
		if !ok {
			break
		}
		got++
	}
	check(got, n/4096*4096)
}

func loop(n int) {
	xs := make([]uint32, 1000)
	var s uint32
	for range n / 1000 {
		for i := 1; i < len(xs); i++ {
			xs[i] = xs[i]*31 + xs[i-1] + 1
		}
		s += xs[len(xs)-1]
		if s == 1 && mayYield {
			runtime.Gosched()
		}
	}
	if s == 0 {
		fmt.Fprintln(os.Stderr, "op: nothing computed")
	}
}
