package layout

import "go/token"

// kind says what a node is, and what its parts stand for.
type kind uint8

const (
	atom      kind = iota // text of the source: a name or a literal
	made                  // text that is laid out already: a literal function, a struct
	unary                 // op x
	star                  // *x
	binary                // x op y
	paren                 // (x)
	selector              // x.y
	index                 // x[list]
	slice                 // x[list], where a part may be empty
	call                  // x(list), with op an ellipsis
	assert                // x.(y), without y a type switch's
	composite             // x{list}, of which a line each if op is a semicolon
	pair                  // x: y
	array                 // [x]y, a slice without x
	mapType               // map[x]y
	chanType              // chan y; op is ARROW for <-chan y, GTR for chan<- y
	funcType              // func signature
	signature             // (list) then (results): x the first of them
	param                 // x y: a name and its type, or one of them
	empty                 // a part of a slice that is not there
	ellipsis              // ...x
)

// ref is the index of a node; 0 is none.
type ref int32

// node is an expression or a type: how it is spaced depends on where it stands.
type node struct {
	kind       kind
	op         token.Token
	alone      bool // of a signature: one result without parentheses
	x, y       ref
	list       ref   // the first of them
	next       ref   // behind this one in a list
	start, end int32 // of an atom in src, of what is made in made
}

// printer reads tokens and writes them as gofmt would. It is a parser, too: what is no Go
// makes it fail, and then go/format is asked instead.
type printer struct {
	scanner
	nodes  []node
	made   []byte
	out    []byte
	unused [][]byte // buffers of literal functions that are done
	indent int
	level  int  // below 0 a brace begins the block, and no composite literal
	guard  bool // a x.(type) was read
	number bool // the atom written last is one
	op     token.Token
	opEnd  int // where op, the operator written last, ends in out
	tall   int // how many parts of the list read last take several lines
}

func (p *printer) add(n node) ref {
	p.nodes = append(p.nodes, n)
	return ref(len(p.nodes) - 1)
}

// got reports whether the token is t, and if so goes on.
func (p *printer) got(t token.Token) bool {
	if p.tok != t {
		return false
	}
	p.next()
	return true
}

func (p *printer) want(t token.Token) {
	if !p.got(t) {
		p.fail()
	}
}

// here fails if the token begins a line.
func (p *printer) here() {
	if p.lines > 0 {
		p.fail()
	}
}

// atom reads one token.
func (p *printer) atom() ref {
	if p.tok == token.EOF {
		p.fail()
		return 0
	}
	r := p.add(node{kind: atom, start: int32(p.start), end: int32(p.end)})
	p.next()
	return r
}

func (p *printer) name() ref {
	if p.tok != token.IDENT {
		p.fail()
	}
	return p.atom()
}
