package gen

// prelude is what all programs share.
const prelude = `
var (
	fuel   = 150
	errBad = errors.New("bad")
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

func t[T any](id int, x T) T { fmt.Println(id, text(x)); return x }

func b[T any](id int, x T) T { block(id); fmt.Println(id, text(x)); return x }

// text is x without addresses.
func text(x any) any {
	if s := fmt.Sprint(x); strings.Contains(s, "0x") {
		return fmt.Sprintf("%T", x)
	}
	return x
}

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

func seq(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer t(-1, "seq")
		for i := range at(n, 4) + 1 {
			if !burn() || !yield(q(i)) {
				return
			}
		}
	}
}

func twice(s iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		for x := range s {
			if !yield(x) || !burn() {
				return
			}
			if !yield(q(x)) {
				break
			}
		}
	}
}

func total(s iter.Seq[int]) (n int) {
	for x := range s {
		if n += x; !burn() {
			return
		}
	}
	return
}

func each(n int) func(func() bool) {
	return func(yield func() bool) {
		for range at(n, 3) + 1 {
			if !burn() || !yield() {
				return
			}
		}
	}
}

func send(c chan int, f func(int) int, x int) {
	defer func() {
		if e := recover(); e != nil {
			t(-3, fmt.Sprint(e))
			c <- -1
		}
	}()
	c <- f(x)
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

type S2 S

type AB = struct{ A, B int }

func (s S) Val(x int) int { return b(-4, s.A) - x }

func (s *S) Ptr(x int) (int, string) { s.A += q(x); return s.A, s.B }

func (n N) Val(x int) int { return int(n) + x }

func (p *EP) Val(x int) int {
	if p.F != nil {
		x = p.F(x)
	}
	return x
}

func (l *List[T]) Val(x int) int { return len(l.items) - q(x) }

func (l *List[T]) Send(c chan int, x T) {
	defer func() {
		if recover() != nil {
			c <- b(-5, -1)
		}
	}()
	c <- l.Push(x)
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
