package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// speaks says which servers there are for a protocol, in the order of the table.
var speaks = []struct {
	protocol string
	kinds    []string
}{
	{"echo", []string{"greengen", "goroutines", "gnet", "nbio", "netpoll", "evio", "libev", "gevent"}},
	{"line", []string{"greengen", "goroutines"}},
	{"buffer", []string{"greengen", "goroutines"}},
	{"http", []string{"greengen", "goroutines", "net/http green", "net/http", "fasthttp", "fasthttp small", "nbio"}},
	{"websocket", []string{"greengen", "goroutines", "nbio"}},
}

// speakers returns those of kinds that speak a protocol.
func speakers(protocol string, kinds []string) (list []string) {
	for _, s := range speaks {
		if s.protocol == protocol {
			for _, k := range s.kinds {
				if slices.Contains(kinds, k) {
					list = append(list, k)
				}
			}
		}
	}
	return list
}

//go:embed peers/echo_libev.c
var libev []byte

//go:embed peers/echo_gevent.py
var gevent []byte

// foreign are the servers that are not written in Go: how to start them.
var foreign = map[string]func() *exec.Cmd{
	"libev":  func() *exec.Cmd { return exec.Command(filepath.Join(scratch, "libev")) },
	"gevent": func() *exec.Cmd { return exec.Command(python(), filepath.Join(scratch, "echo_gevent.py")) },
}

// scratch is the folder that they are made in.
var scratch string

// present returns kinds without those that this machine lacks, which it names.
func present(kinds []string) (here []string) {
	for _, k := range kinds {
		var err error
		switch k {
		case "libev":
			err = makeLibev()
		case "gevent":
			err = makeGevent()
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench-net: without %s: %v\n", k, err)
			continue
		}
		here = append(here, k)
	}
	return here
}

func makeLibev() error {
	source := filepath.Join(scratch, "libev.c")
	must(os.WriteFile(source, libev, 0o666))
	out, err := exec.Command("cc", "-O2", "-o", filepath.Join(scratch, "libev"), source, "-lev").CombinedOutput()
	if err != nil {
		return fmt.Errorf("it needs cc and Debian's libev-dev: %w\n%s", err, out)
	}
	return nil
}

func makeGevent() error {
	must(os.WriteFile(filepath.Join(scratch, "echo_gevent.py"), gevent, 0o666))
	if python() == "" {
		return fmt.Errorf("it needs Debian's python3-gevent")
	}
	return nil
}

// python returns a Python that has gevent.
func python() string {
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import gevent").Run() == nil {
			return p
		}
	}
	return ""
}
