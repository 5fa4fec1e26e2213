package weave

import (
	"go/types"
	"path/filepath"
	"strings"

	"github.com/greengen/greengen/transform"
	"github.com/greengen/greengen/transform/load"
)

// aloneSource tells the runtime what bakeAlone found out.
const aloneSource = load.Header + `

package main

import greengen_rt "` + load.RT + `"

func init() { greengen_rt.NobodyElse() }
`

// alarms are the packages of std that can wake a program in which every goroutine
// sleeps: by a timer, a signal, or code that is not Go.
var alarms = words(`context crypto/tls database/sql net net/http os/exec os/signal plugin runtime/cgo runtime/pprof
	testing testing/synctest log/syslog`)

// timerFuncs make a timer of Go's runtime, at least in plain code.
var timerFuncs = words("time.After time.AfterFunc time.NewTimer time.NewTicker time.Tick " + load.RT + ".SpawnAfter")

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// bakeAlone tells the runtime, if it is so, that only goroutines can wake a
// goroutine of the program: no timer, no signal, no code that was not looked at.
// Then a hub that is alone and has nothing to do knows that this is a deadlock,
// and can say who waits where, which Go's own detector cannot.
func (w *weaver) bakeAlone(res *transform.Result) {
	if res.Unit == nil || len(res.Files) == 0 || !w.o.All || len(w.listed) == 0 {
		return
	}
	for _, p := range w.besideRT() {
		path, _, _ := strings.Cut(p.ImportPath, " ")
		own := path == load.RT || strings.HasPrefix(path, load.RT+"/") || path == "command-line-arguments"
		if p.Standard && alarms[path] || !p.Standard && !own && !transformed(res, path) {
			return
		}
	}
	for _, p := range res.Unit.Packages {
		for _, obj := range p.Info.Uses {
			if fn, ok := obj.(*types.Func); ok && timerFuncs[fn.FullName()] {
				return
			}
		}
	}
	for _, p := range res.Unit.Packages {
		if p.Wanted && p.Types.Name() == "main" {
			res.Files = append(res.Files, transform.File{
				Path: filepath.Join(p.Dir, "greengen_alone_green.go"), Data: []byte(aloneSource)})
		}
	}
}

// besideRT lists the packages of the program, but for those that only the runtime itself
// has imported: it wakes nobody by them on its own. Its packages for std do.
func (w *weaver) besideRT() []*listedPackage {
	byPath := map[string]*listedPackage{}
	for i := range w.listed {
		byPath[w.listed[i].ImportPath] = &w.listed[i]
	}
	var list []*listedPackage
	var visit func(path string)
	visit = func(path string) {
		p := byPath[path]
		if p == nil {
			return
		}
		delete(byPath, path)
		list = append(list, p)
		if path != load.RT {
			for _, q := range p.Imports {
				visit(q)
			}
		}
	}
	for i := range w.listed {
		if !w.listed[i].DepOnly {
			visit(w.listed[i].ImportPath)
		}
	}
	return list
}

func transformed(res *transform.Result, path string) bool {
	for _, p := range res.Unit.Packages {
		if p.Path == path {
			return true
		}
	}
	return false
}
