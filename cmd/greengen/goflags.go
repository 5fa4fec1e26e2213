package main

import (
	"flag"
	"strings"
)

// The go command's flags. loadFlags also matter to what is transformed, and go
// list takes them; the others are passed on. A "!" ends a flag without value.
var (
	loadFlags = strings.Fields(`asan! asmflags buildmode compiler gccgoflags gcflags installsuffix ldflags
		linkshared! mod modcacherw! modfile msan! overlay p pgo pkgdir race! tags toolexec trimpath!`)

	buildFlags = strings.Fields(`a! buildvcs! cover! covermode coverpkg json! n! v! work! x!`)

	testFlags = strings.Fields(`artifacts! bench benchmem! benchtime blockprofile blockprofilerate c! count
		coverprofile cpu cpuprofile exec failfast! fullpath! fuzz fuzzminimizetime fuzztime list memprofile
		memprofilerate mutexprofile mutexprofilefraction o outputdir parallel run short! shuffle skip timeout
		trace vet`)
)

// goFlags collects flags of the go command, each as one argument.
type goFlags struct {
	all  []string // in the order given
	load []string // those of loadFlags
	dir  string   // -C
}

// define lets fs take the flags in names.
func (g *goFlags) define(fs *flag.FlagSet, names ...[]string) {
	for _, list := range names {
		for _, n := range list {
			name, isBool := strings.CutSuffix(n, "!")
			set := func(value string) error {
				g.add(name, value)
				return nil
			}
			if isBool {
				fs.BoolFunc(name, "", set)
			} else {
				fs.Func(name, "", set)
			}
		}
	}
	fs.StringVar(&g.dir, "C", g.dir, "")
}

func (g *goFlags) add(name, value string) {
	arg := "-" + name + "=" + value
	g.all = append(g.all, arg)
	for _, n := range loadFlags {
		if strings.TrimSuffix(n, "!") == name {
			g.load = append(g.load, arg)
		}
	}
}

func (g *goFlags) given(name string) bool {
	for _, f := range g.all {
		if strings.HasPrefix(f, "-"+name+"=") {
			return true
		}
	}
	return false
}
