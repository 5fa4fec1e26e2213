package color

import (
	"go/ast"
	"go/types"

	"github.com/greengen/greengen/transform/ir"
)

// makesConn has the functions whose twins return rt's own conns and listeners.
var makesConn = ir.Words(`net.Dial net.DialTimeout net.Listen
	net.(*Dialer).Dial net.(*Dialer).DialContext net.(*ListenConfig).Listen`)

// makesPacketConn has those for datagrams.
var makesPacketConn = ir.Words(`net.ListenPacket net.(*ListenConfig).ListenPacket`)

var stdPacketConns = ir.Words(`*net.UDPConn *net.UnixConn`)

var stdConns = ir.Words(`*net.TCPConn *net.UnixConn *net.TCPListener *net.UnixListener`)

// tracing gives a context functions that std's dialers call, and nobody else can.
const tracing = "net/http/httptrace.WithClientTrace"

// assertedConns finds out whether the program asks an interface for one of net's
// own types, such as *net.TCPConn: then rt's conns cannot stand in for them.
func (c *colorer) assertedConns() {
	for _, p := range c.u.Packages {
		for _, obj := range p.Info.Uses {
			if fn, ok := obj.(*types.Func); ok && key(fn) == tracing {
				c.traced = true
			}
		}
		note := func(t types.Type) {
			if t == nil {
				return
			}
			name := types.TypeString(t, nil)
			c.asserted = c.asserted || stdConns[name]
			c.datagram = c.datagram || stdPacketConns[name]
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

// stdSymbol finds the twin of a function that must be std: a worker calls std, but what it
// makes has twins.
func stdSymbol(fn *types.Func) *ir.Symbol {
	sym, _, _ := twinSymbol(fn)
	sym.Name = "Std" + sym.Name
	return sym
}

// mustBeStd reports whether the program asks for what of std's fn makes, or is.
func (c *colorer) mustBeStd(fn *types.Func) bool {
	switch k := key(fn); {
	case k == "net.(*Dialer).DialContext" && c.traced: // std's dialer calls a httptrace.ClientTrace
		return true
	case makesConn[k]:
		return c.asserted
	case makesPacketConn[k]:
		return c.datagram
	}
	return false
}
