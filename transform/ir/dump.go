package ir

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"io"
	"strings"
)

// Dump writes the form of u after a pass, as text: what that pass set.
func Dump(w io.Writer, u *Unit, pass string) error {
	var buf bytes.Buffer
	for _, p := range u.Packages {
		for _, f := range p.Funcs {
			DumpFunc(&buf, u, f, pass)
		}
	}
	_, err := w.Write(buf.Bytes())
	return err
}

// DumpFunc is Dump for one function.
func DumpFunc(w io.Writer, u *Unit, f *Func, pass string) {
	d := &dumper{w: w, u: u, f: f}
	d.printf("func %s", f.Name)
	switch pass {
	case "load":
		d.printf(" %s\n", types.TypeString(f.Sig, types.RelativeTo(f.Pkg.Types)))
		return
	case "ranges":
		d.printf("\n")
		d.rewritten()
		return
	case "color":
		d.printf(" %s\n", f.Color)
		d.color()
		return
	}
	d.printf(" %s\n", f.Color)
	if f.Color != Green {
		return
	}
	switch pass {
	case "desugar":
		d.list(f.Body, 1)
	case "cfg":
		d.blocks(false)
	default:
		d.blocks(true)
		for _, v := range f.Slots {
			d.printf("\tslot %s %s\n", varName(v), d.typ(v))
		}
	}
}

type dumper struct {
	w io.Writer
	u *Unit
	f *Func
}

func (d *dumper) printf(format string, args ...any) { fmt.Fprintf(d.w, format, args...) }

func (d *dumper) typ(v *Var) string {
	if v.Iter != nil {
		return "map iterator"
	}
	return types.TypeString(v.Type, types.RelativeTo(d.f.Pkg.Types))
}

func varName(v *Var) string {
	if v.Boxed {
		return "*" + v.Name
	}
	return v.Name
}

func (d *dumper) pos(p token.Pos) string {
	q := d.u.Fset.Position(p)
	return fmt.Sprintf("%d:%d", q.Line, q.Column)
}

func (d *dumper) color() {
	for _, h := range d.f.Why {
		d.printf("\t%s: %s\n", d.pos(h.Pos), h.Text)
	}
	if d.f.Reason != "" {
		d.printf("\t%s: %s\n", d.pos(d.f.ReasonAt), d.f.Reason)
	}
}

// rewritten prints the body that ranges made.
func (d *dumper) rewritten() {
	if d.f.NewBody == nil {
		return
	}
	for _, s := range d.f.NewBody.List {
		d.printf("\t%s\n", d.node(s))
	}
}

// node prints syntax on one line.
func (d *dumper) node(n ast.Node) string {
	if n == nil {
		return ""
	}
	var buf bytes.Buffer
	if err := printer.Fprint(&buf, token.NewFileSet(), n); err != nil {
		return "?"
	}
	return strings.Join(strings.Fields(buf.String()), " ")
}

func names(vs []*Var) string {
	var ns []string
	for _, v := range vs {
		if v == nil {
			ns = append(ns, "_")
		} else {
			ns = append(ns, varName(v))
		}
	}
	return strings.Join(ns, ", ")
}

func (d *dumper) list(b *Block, depth int) {
	if b == nil {
		return
	}
	for _, s := range b.List {
		d.stmt(s, depth)
	}
}

func (d *dumper) stmt(s Stmt, depth int) {
	in := strings.Repeat("\t", depth)
	switch s := s.(type) {
	case *Block:
		d.printf("%s{\n", in)
		d.list(s, depth+1)
		d.printf("%s}\n", in)
	case *If:
		d.printf("%sif %s {\n", in, d.node(s.Cond))
		d.list(s.Then, depth+1)
		if s.Else != nil {
			d.printf("%s} else {\n", in)
			d.list(s.Else, depth+1)
		}
		d.printf("%s}\n", in)
	case *Loop:
		d.printf("%sloop %s %s {\n", in, s.Label.Name, d.node(s.Cond))
		d.list(s.Body, depth+1)
		if s.Post != nil && len(s.Post.List) > 0 {
			d.printf("%s} step {\n", in)
			d.list(s.Post, depth+1)
		}
		d.printf("%s}\n", in)
	case *Switch:
		d.printf("%sswitch %s %s {\n", in, s.Label.Name, d.header(s))
		for i, c := range s.Clauses {
			d.printf("%sclause %d\n", in, i)
			d.list(c.Body, depth+1)
		}
		d.printf("%s}\n", in)
	default:
		d.printf("%s%s\n", in, d.line(s))
	}
}

func (d *dumper) header(s *Switch) string {
	switch h := s.S.(type) {
	case *ast.SwitchStmt:
		return d.node(h.Tag)
	case *ast.TypeSwitchStmt:
		return d.node(h.Assign)
	}
	return "select"
}

// line prints a statement that has no others in it.
func (d *dumper) line(s Stmt) string {
	switch s := s.(type) {
	case *Raw:
		return d.node(s.S)
	case *Zero:
		return "var " + names(s.Vars)
	case *SetVar:
		op := " = "
		if s.New {
			op = " := "
		}
		return varName(s.Var) + op + d.node(s.X)
	case *Rebox:
		return "rebox " + s.Var.Name
	case *Call:
		return d.call(s)
	case *Place:
		return s.Label.Name + ":"
	case *Jump:
		switch {
		case s.Label.Place:
			return "goto " + s.Label.Name
		case s.Continue:
			return "continue " + s.Label.Name
		}
		return "break " + s.Label.Name
	case *Return:
		return "return " + d.nodes(s.Results)
	case *Defer:
		return fmt.Sprintf("defer %s(%s)", d.node(s.Fun), d.nodes(s.Args))
	case *Go:
		return fmt.Sprintf("go %s(%s)", d.node(s.Fun), d.nodes(s.Args))
	}
	return fmt.Sprintf("%T", s)
}

func (d *dumper) nodes(es []ast.Expr) string {
	var ss []string
	for _, e := range es {
		ss = append(ss, d.node(e))
	}
	return strings.Join(ss, ", ")
}

var kindNames = map[Kind]string{CallTwin: "green", CallIface: "dynamic", CallValue: "dynamic", CallLit: "green",
	CallOffload: "offload", OpRecv: "recv", OpRecv2: "recv", OpSend: "send", OpSelect: "select", OpYield: "yield", OpPreempt: "preempt", OpClose: "close", OpGot: "got", OpGotOk: "got"}

func (d *dumper) call(c *Call) string {
	s := fmt.Sprintf("#%d %s", c.PC, kindNames[c.Target.Kind])
	if c.Fun != nil {
		s += " " + d.node(c.Fun)
	}
	s += "(" + d.nodes(c.Args) + ")"
	if len(c.Dst) > 0 {
		s = names(c.Dst) + " <- " + s
	}
	if c.Tail {
		s = "return " + s
	}
	return s
}

func (d *dumper) blocks(live bool) {
	for _, b := range d.f.Flow {
		d.printf("b%d:", b.ID)
		if !b.Alive {
			d.printf(" (before any suspension)")
		}
		d.printf("\n")
		for _, s := range b.Stmts {
			d.printf("\t%s\n", d.line(s))
		}
		d.printf("\t%s\n", d.term(b, live))
	}
}

func (d *dumper) term(b *BasicBlock, live bool) string {
	s := ""
	switch t := b.Term.(type) {
	case *Goto:
		s = fmt.Sprintf("goto b%d", t.To.ID)
	case *Branch:
		s = fmt.Sprintf("if %s goto b%d else b%d", d.node(t.Cond), t.Then.ID, t.Else.ID)
	case *Choose:
		s = "switch " + d.header(t.S)
		for _, c := range t.Clauses {
			s += fmt.Sprintf(" b%d", c.ID)
		}
		if t.Else != nil {
			s += fmt.Sprintf(" else b%d", t.Else.ID)
		}
	case *Suspend:
		s = d.call(t.Call)
		if t.Next != nil {
			s += fmt.Sprintf(" -> b%d", t.Next.ID)
		}
		if live && len(t.Call.Live) > 0 {
			s += " saving " + names(t.Call.Live)
		}
	case *Leave:
		s = "return " + d.nodes(t.R.Results)
	case *Stop:
		s = "unreachable"
	}
	for _, e := range b.Exits {
		s += fmt.Sprintf(" (may leave to b%d)", e.ID)
	}
	return s
}
