package main

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// traps names linux's system calls by their numbers.
func traps(prog *ssa.Program) map[int64]string {
	m := map[int64]string{}
	for _, path := range []string{"syscall", "internal/syscall/unix", "internal/runtime/syscall/linux"} {
		p := prog.ImportedPackage(path)
		if p == nil {
			continue
		}
		for _, name := range p.Pkg.Scope().Names() {
			c, ok := p.Pkg.Scope().Lookup(name).(*types.Const)
			if !ok || !strings.HasPrefix(name, "SYS_") && !strings.HasSuffix(name, "Trap") {
				continue
			}
			if n, exact := constant.Int64Val(c.Val()); exact {
				m[n] = name
			}
		}
	}
	return m
}

// systemCall reports whether a call of the function named n, which takes the number
// of a system call, is one that std thinks may take time. It tells its scheduler of
// those, and calls the others raw.
func systemCall(n string, args []ssa.Value) (trap ssa.Value, ok bool) {
	switch n {
	case "syscall.Syscall", "syscall.Syscall6":
		return args[0], true
	case "syscall.RawSyscall", "syscall.RawSyscall6", "syscall.rawSyscallNoError", "syscall.rawVforkSyscall":
		return nil, true
	}
	return nil, false
}

// trapWaits says why a system call may block, "" if it does not.
func (g *graph) trapWaits(trap ssa.Value) string {
	if trap == nil {
		return ""
	}
	c, ok := trap.(*ssa.Const)
	if !ok {
		return "it makes any system call"
	}
	number := c.Int64()
	if quick[g.traps[number]] {
		return ""
	}
	if name := g.traps[number]; name != "" {
		return name
	}
	return "system call " + c.Value.String()
}
