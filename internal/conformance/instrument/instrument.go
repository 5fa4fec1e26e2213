package instrument

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// File is one source file of a program.
type File struct {
	Name string // for errors
	Src  []byte
}

// Func is a function or literal with a body.
type Func struct {
	Name      string // as written, with receiver; func for a literal
	Line, Col int    // of its name, or of func, in the new text
	First     int    // its first block, which is entered with it
}

// Block is one place where the trace is called.
type Block struct {
	File string
	Line int
	Func int // index of its function in Result.Funcs
}

// Result is an instrumented program.
type Result struct {
	Files  [][]byte
	Funcs  [][]Func // a slice a file, in order of the source
	Blocks []Block  // Blocks[n-1] is block n; Func counts within its file
	Main   int      // number of main.main's first block, 0 if there is none
}

// Program instruments files, which may be of several packages. tracePkg is the
// import path of the package with Block.
func Program(files []File, tracePkg string) (*Result, error) {
	alias := freeName(files)
	r := &Result{}
	for _, f := range files {
		w := &walker{file: f, fset: token.NewFileSet(), next: len(r.Blocks) + 1, call: alias + ".Block("}
		out, err := w.run(alias, tracePkg)
		if err != nil {
			return nil, err
		}
		r.Files = append(r.Files, out)
		r.Funcs = append(r.Funcs, w.funcs)
		r.Blocks = append(r.Blocks, w.blocks...)
		if w.main != 0 {
			r.Main = w.main
		}
	}
	return r, nil
}

// freeName returns an identifier that occurs in none of the files.
func freeName(files []File) string {
	name := "greentrace"
	for taken := true; taken; {
		taken = false
		for _, f := range files {
			if bytes.Contains(f.Src, []byte(name)) {
				taken = true
				name += "X"
			}
		}
	}
	return name
}

// edit inserts text before the byte at off.
type edit struct {
	off  int
	text string
}

// walker instruments one file.
type walker struct {
	file   File
	fset   *token.FileSet
	tok    *token.File
	next   int
	call   string
	edits  []edit
	funcs  []Func
	starts []token.Pos // of funcs
	blocks []Block
	main   int
	stack  []int // functions around, as indices of funcs
}

func (w *walker) run(alias, tracePkg string) ([]byte, error) {
	tree, err := parser.ParseFile(w.fset, w.file.Name, w.file.Src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("instrument: %w", err)
	}
	w.tok = w.fset.File(tree.FileStart)
	for _, d := range tree.Decls {
		w.decl(tree.Name.Name, d)
	}
	if len(w.edits) == 0 {
		return w.file.Src, nil // an import that nothing uses would not compile
	}
	w.insert(tree.Name.End(), fmt.Sprintf("; import %s %s", alias, strconv.Quote(tracePkg)))
	out, moved := w.apply()
	w.place(moved)
	return out, nil
}

func (w *walker) decl(pkg string, d ast.Decl) {
	f, ok := d.(*ast.FuncDecl)
	if !ok {
		ast.Inspect(d, w.visit)
		return
	}
	if f.Body == nil {
		return
	}
	name := f.Name.Name
	if f.Recv != nil && len(f.Recv.List) > 0 {
		name = "(" + w.text(f.Recv.List[0].Type) + ")." + name
	} else if pkg == "main" && name == "main" {
		w.main = w.next
	}
	w.enter(name, f.Name.Pos(), f.Body)
}

// text returns the source of n on one line.
func (w *walker) text(n ast.Node) string {
	s := string(w.file.Src[w.tok.Offset(n.Pos()):w.tok.Offset(n.End())])
	return strings.Join(strings.Fields(s), " ")
}

// enter walks the body of a function with its own entry in funcs.
func (w *walker) enter(name string, pos token.Pos, body *ast.BlockStmt) {
	w.stack = append(w.stack, len(w.funcs))
	w.funcs = append(w.funcs, Func{Name: name, First: w.next})
	w.starts = append(w.starts, pos)
	w.block(body.Lbrace)
	for _, s := range body.List {
		ast.Inspect(s, w.visit)
	}
	w.stack = w.stack[:len(w.stack)-1]
}

// visit marks the blocks of n. It is for ast.Inspect, which comes by in the
// order of the source, but for the body of a literal, which is walked here.
func (w *walker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit:
		w.enter("func", n.Pos(), n.Body)
		return false
	case *ast.BlockStmt: // one on its own, since all others are dealt with
		w.block(n.Lbrace)
		w.list(n.List)
		return false
	case *ast.SwitchStmt:
		w.parts(n.Init, n.Tag)
		w.list(n.Body.List)
		return false
	case *ast.TypeSwitchStmt:
		w.parts(n.Init, n.Assign)
		w.list(n.Body.List)
		return false
	case *ast.SelectStmt:
		w.list(n.Body.List)
		return false
	case *ast.IfStmt:
		w.ifStmt(n)
		return false
	case *ast.ForStmt:
		w.loop(n.Body, n.Init, n.Cond, n.Post)
		return false
	case *ast.RangeStmt:
		w.loop(n.Body, n.Key, n.Value, n.X)
		return false
	case *ast.CaseClause:
		for _, e := range n.List {
			ast.Inspect(e, w.visit)
		}
		w.clause(n.Colon, n.Body)
		return false
	case *ast.CommClause:
		if n.Comm != nil {
			ast.Inspect(n.Comm, w.visit)
		}
		w.clause(n.Colon, n.Body)
		return false
	}
	return true
}

func (w *walker) ifStmt(n *ast.IfStmt) {
	w.parts(n.Init, n.Cond)
	w.block(n.Body.Lbrace)
	w.list(n.Body.List)
	switch e := n.Else.(type) {
	case *ast.BlockStmt:
		w.block(e.Lbrace)
		w.list(e.List)
	case *ast.IfStmt:
		w.ifStmt(e)
	}
}

func (w *walker) loop(body *ast.BlockStmt, head ...ast.Node) {
	w.parts(head...)
	w.block(body.Lbrace)
	w.list(body.List)
}

// clause marks a case or select clause.
func (w *walker) clause(colon token.Pos, body []ast.Stmt) {
	w.block(colon)
	w.list(body)
}

func (w *walker) parts(nodes ...ast.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case nil:
		case ast.Stmt:
			ast.Inspect(n, w.visit)
		case ast.Expr:
			ast.Inspect(n, w.visit)
		}
	}
}

func (w *walker) list(stmts []ast.Stmt) {
	for _, s := range stmts {
		ast.Inspect(s, w.visit)
	}
}

// block gives the block that opens at the token at pos, one byte long, its call.
func (w *walker) block(pos token.Pos) {
	w.insert(pos+1, fmt.Sprintf(" %s%d);", w.call, w.next))
	w.blocks = append(w.blocks, Block{
		File: w.file.Name, Line: w.line(pos), Func: w.stack[len(w.stack)-1],
	})
	w.next++
}

func (w *walker) insert(pos token.Pos, text string) {
	w.edits = append(w.edits, edit{w.tok.Offset(pos), text})
}

// apply returns the new text, and a function from old offsets to new ones.
func (w *walker) apply() ([]byte, func(int) int) {
	slices.SortStableFunc(w.edits, func(a, b edit) int { return cmp.Compare(a.off, b.off) })
	var out bytes.Buffer
	last := 0
	for _, e := range w.edits {
		out.Write(w.file.Src[last:e.off])
		out.WriteString(e.text)
		last = e.off
	}
	out.Write(w.file.Src[last:])
	return out.Bytes(), func(off int) int {
		moved := off
		for _, e := range w.edits {
			if e.off > off {
				break
			}
			moved += len(e.text)
		}
		return moved
	}
}

// place sets line and column of each function, in the new text. Only columns
// differ from the old one.
func (w *walker) place(moved func(int) int) {
	for i, pos := range w.starts {
		line := w.line(pos)
		start := w.tok.Offset(w.tok.LineStart(line))
		col := moved(w.tok.Offset(pos)) - start + 1
		// Insertions before this line moved its start as well.
		if start > 0 {
			col -= moved(start-1) - (start - 1)
		}
		w.funcs[i].Line, w.funcs[i].Col = line, col
	}
}

// line is the line of pos in the file itself, whatever //line says.
func (w *walker) line(pos token.Pos) int { return w.tok.PositionFor(pos, false).Line }
