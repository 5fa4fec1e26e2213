package color

import (
	"go/ast"
	"go/types"
)

// makesConn has the functions whose twins return rt's own conns and listeners.
var makesConn = words(`net.Dial net.DialTimeout net.Listen
	net.(*Dialer).Dial net.(*Dialer).DialContext net.(*ListenConfig).Listen`)

var stdConns = words(`*net.TCPConn *net.UnixConn *net.TCPListener *net.UnixListener`)

// assertedConns finds out whether the program asks an interface for one of net's
// own types, such as *net.TCPConn: then rt's conns cannot stand in for them.
func (c *colorer) assertedConns() {
	for _, p := range c.u.Packages {
		note := func(t types.Type) {
			if t == nil {
				return
			}
			name := types.TypeString(t, nil)
			if stdConns[name] && (c.asserted == "" || name < c.asserted) {
				c.asserted = name
			}
		}
		for _, inst := range p.Info.Instances {
			for i := range inst.TypeArgs.Len() {
				note(inst.TypeArgs.At(i))
			}
		}
		for _, f := range p.Files {
			ast.Inspect(f.Ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeAssertExpr:
					if n.Type != nil {
						note(p.Info.TypeOf(n.Type))
					}
				case *ast.TypeSwitchStmt:
					for _, cl := range n.Body.List {
						for _, e := range cl.(*ast.CaseClause).List {
							note(p.Info.TypeOf(e))
						}
					}
				}
				return true
			})
		}
	}
}
