package load

import (
	"bytes"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/tools/go/packages"

	"github.com/greengen/greengen/transform/ir"
)

// leaves notes which functions of p without a body are written in assembly that cannot
// block. To offload them costs a thousand times what they do.
func leaves(u *ir.Unit, p *packages.Package, overlay map[string][]byte) {
	asm := map[string]bool{}
	for _, name := range p.OtherFiles {
		if filepath.Ext(name) != ".s" {
			continue
		}
		src, ok := overlay[name]
		if !ok {
			var err error
			if src, err = os.ReadFile(name); err != nil {
				continue
			}
		}
		for _, name := range leafSymbols(src) {
			asm[name] = true
		}
	}
	if len(asm) == 0 {
		return
	}
	for _, f := range p.Syntax {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body == nil && fd.Recv == nil && asm[fd.Name.Name] {
				if u.Leaves == nil {
					u.Leaves = map[string]bool{}
				}
				u.Leaves[p.PkgPath+"."+fd.Name.Name] = true
			}
		}
	}
}

var (
	asmText    = regexp.MustCompile(`(?m)^[ \t]*TEXT[ \t]+·(\w+)(?:<ABIInternal>)?\(SB\)`)
	asmComment = regexp.MustCompile(`//.*|(?s:/\*.*?\*/)`)
	asmInclude = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]+"(?:textflag|funcdata|go_asm)\.h"`)
	// What leaves a function: calls and system calls of any processor, in any case since a
	// macro may have them, opcodes as data, jumps to a symbol, through memory or to what a
	// register holds, and other files, which may have all of that.
	asmLeaves = regexp.MustCompile(`(?i)\b(?:[A-Z]*CALL\w*|BL|BLR|BLX|BLRA\w*|JALR?|BSR|BAS[RL]?|BRASL|SVC|SWI|INT|TRAP|SYSENTER|PUSH\w*|BYTE|WORD|LONG|QUAD)\b|` +
		`\b(?:J\w+|B\w*)[ \t]+[^;\n]*\(SB\)|` +
		`\b(?:JMP\w*|B[RX]?|JR|BCTR\w*)[ \t]+[^;\n]*(?:\([^P]|\b(?:[ABCD]X|[SD]I|BP|[RX]\d+)\b)|` +
		`\bRET[ \t]+[^\s;]|\bMOV\w*[ \t][^;\n]*,[ \t]*R15\b|` + // to where a register says
		`#[ \t]*include`)
)

// leafSymbols lists the functions of an assembly file, if nothing in it calls anything. It
// takes a file as a whole: what one function calls is mostly another of them, and macros
// do not say whose they are.
func leafSymbols(src []byte) []string {
	if bytes.Contains(src, []byte(`$"`)) { // what looks like a comment in a string is none
		return nil
	}
	src = asmInclude.ReplaceAll(asmComment.ReplaceAll(src, []byte(" ")), nil)
	if asmLeaves.Match(src) {
		return nil
	}
	var names []string
	for _, m := range asmText.FindAllSubmatch(src, -1) {
		names = append(names, string(m[1]))
	}
	return names
}
