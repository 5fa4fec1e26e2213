package gen

// prelude is what all programs share. PKG is the package's name.
const prelude = `package PKG

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"
)

var (
	fuel   = 150
	errBad = errors.New("bad")
	_      = os.Exit
	_      = iter.Pull[int]
)

const three = 3

func burn() bool { fuel--; return fuel > 0 }

// block blocks, in one of several ways.
func block(n int) {
	switch n % 6 {
	case 0:
		runtime.Gosched()
	case 1:
		c := make(chan int)
		go func() { c <- n }()
		<-c
	case 2:
		time.Sleep(0)
	case 3:
		var mu sync.Mutex
		mu.Lock()
		go mu.Unlock()
		mu.Lock()
	case 4:
		var wg sync.WaitGroup
		wg.Add(1)
		go func() { defer wg.Done(); runtime.Gosched() }()
		wg.Wait()
	}
}

func t[T any](id int, x T) T { fmt.Println(id, x); return x }

func b[T any](id int, x T) T { block(id); fmt.Println(id, x); return x }

func v[T any](x T) T { return x }

func q[T any](x T) T { runtime.Gosched(); return x }

func at(i, n int) int { return (i%n + n) % n }

func box(x any) any { return x }

func fst[A, B any](a A, _ B) A { return a }

func snd[A, B any](_ A, b B) B { block(1); return b }

func last[T any](id int, xs ...T) (x T) {
	for _, x = range xs {
		b(id, x)
	}
	return
}

func when[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func source[T any](id int, xs ...T) chan T {
	c := make(chan T, len(xs))
	for _, x := range xs {
		c <- x
	}
	close(c)
	t(id, len(xs))
	return c
}

func null(id int) chan int { b(id, "null"); return nil }

func recv(c chan int) int {
	select {
	case x := <-c:
		return x
	default:
		return -1
	}
}

func one(m map[string]int) map[string]int {
	for _, k := range sorted(m) {
		return map[string]int{k: m[k]}
	}
	return nil
}

func sorted(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

func clip(xs []int) []int { return xs[:min(len(xs), 4)] }

func short(s string) string { return s[:min(len(s), 8)] }

type N int

type S struct {
	A int
	B string
	C []int
	D [2]int
}

type I interface{ Val(x int) int }

type J interface {
	I
	Ptr(x int) (int, string)
}

type E struct {
	S
	X int
}

type EI struct {
	I
	Y int
}

type EP struct {
	*S
	F func(int) int
}

type Pair[K comparable, V any] struct {
	K K
	V V
}

func (p Pair[K, V]) Get() (K, V) { block(2); return p.K, p.V }

func (p *Pair[K, V]) Set(v V) V { old := p.V; p.V = q(v); return old }

type List[T any] struct {
	items []T
	f     func(T) T
}

func (l *List[T]) Push(x T) int {
	if l.f != nil {
		x = l.f(x)
	}
	l.items = append(l.items, q(x))
	return len(l.items)
}

func (l List[T]) All(id int) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		defer b(id, "all")
		for i, x := range l.items {
			if !burn() || !yield(i, b(id, x)) {
				return
			}
		}
	}
}

func Map[A, B any](xs []A, f func(A) B) (out []B) {
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func sumOf[T ~int | ~string](id int, xs ...T) (s T) {
	defer func() { t(id, s) }()
	for _, x := range xs {
		s += b(id, x)
	}
	return
}

func try(id int, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(id, "recovered", r)
		}
	}()
	f()
	t(id, "done")
}
`
