package rt

import (
	"regexp"
	"runtime"
	"strings"

	"github.com/greengen/greengen/rt/green"
)

// namer finds the names that functions have in the source.
type namer struct {
	described map[string]string // by the names of resume bodies; nil: not asked for yet
	methods   map[string]string // by what begins the names of their literals' twins
}

var (
	literalTwin = regexp.MustCompile(`^(.+?)_func(\d+(?:_\d+)*)_*$`)
	methodTwin  = regexp.MustCompile(`^(.*\.)\(?\*?(\w+)(?:\[\.\.\.\])?\)?\.(\w+)_green$`)
)

const typeArgs = "[...]"

// of returns the name in the source of a function of generated code, be it a twin, a resume
// body or what makes a func value, and of any other its own.
func (n *namer) of(f runtime.Frame) string {
	pkg, fn := cutPackage(stdName(f.Function))
	inner := "" // a literal that has no twin
	if i := strings.Index(fn, ".func"); i >= 0 {
		fn, inner = fn[:i], fn[i:]
	}
	fn, generic := strings.CutSuffix(fn, typeArgs)
	base, twin := strings.CutSuffix(fn, "_green")
	base, resumes := strings.CutPrefix(base, "resume_")
	switch {
	case resumes && f.Func != nil && green.NameOf(f.Entry) != "":
		return instance(stdName(green.NameOf(f.Entry)), generic) + inner
	case strings.HasPrefix(fn, "bind_"): // makes the func value of a literal, its own first one
		if literal := strings.TrimPrefix(inner, ".func1"); literal != inner {
			base, inner, twin = fn[len("bind_"):], literal, true
		}
	case strings.HasPrefix(fn, "value"):
		return sourceName(stdName(f.Function))
	case base == "main_plain" && pkg == "main.":
		base = "main"
	}
	if strings.HasSuffix(f.File, "_test.go") { // see emit.TestTwin
		for _, p := range []string{"green_", "Green_", "plain_"} {
			base = strings.TrimPrefix(base, p)
		}
	}
	if m := literalTwin.FindStringSubmatch(base); m != nil && (twin || resumes) {
		return instance(n.outer(pkg, m[1]), generic) + ".func" + strings.ReplaceAll(m[2], "_", ".") + inner
	}
	return instance(pkg+base, generic) + inner
}

func cutPackage(name string) (pkg, fn string) {
	i := strings.LastIndexByte(name, '/') + 1
	if j := strings.IndexByte(name[i:], '.'); j >= 0 {
		i += j + 1
	}
	return name[:i], name[i:]
}

// instance gives the name of a generic function, or of a method of a generic type, the
// form that the runtime has for it.
func instance(name string, generic bool) string {
	if !generic || strings.Contains(name, typeArgs) {
		return name
	}
	pkg, fn := cutPackage(name)
	for _, sep := range []string{").", "."} {
		if typ, method, ok := strings.Cut(fn, sep); ok && !strings.HasPrefix(method, "func") {
			return pkg + typ + typeArgs + sep + method
		}
	}
	fn, literal, ok := strings.Cut(fn, ".")
	if ok {
		literal = "." + literal
	}
	return pkg + fn + typeArgs + literal
}

// outer returns the name of the function whose literals' twins begin with base.
func (n *namer) outer(pkg, base string) string {
	if !strings.Contains(base, "_") {
		return pkg + base
	}
	if n.described == nil {
		n.described = map[string]string{}
		green.EachName(func(resume uintptr, name string) {
			if f := runtime.FuncForPC(resume); f != nil {
				n.described[strings.TrimSuffix(f.Name(), typeArgs)] = name
			}
		})
	}
	if name, ok := n.described[pkg+"resume_"+base]; ok {
		return stdName(name)
	}
	if name, ok := n.methods[pkg+base]; ok {
		return name
	}
	return pkg + base
}

// see notes the methods among fs.
func (n *namer) see(fs []runtime.Frame) {
	for _, f := range fs {
		if m := methodTwin.FindStringSubmatch(f.Function); m != nil {
			if n.methods == nil {
				n.methods = map[string]string{}
			}
			n.methods[m[1]+m[2]+"_"+m[3]] = strings.TrimSuffix(f.Function, "_green")
		}
	}
}

// stdName names the functions of what stands for std as std's.
func stdName(name string) string {
	own, ok := strings.CutPrefix(name, rtPath+"/")
	if !ok {
		return name
	}
	pkg, _, _ := strings.Cut(own, ".")
	switch std, ok := stdPaths[pkg]; {
	case !ok:
		return own
	case std == "":
		return name
	default:
		return std + own[len(pkg):]
	}
}

// stdPaths are the packages of std whose path is not that of what stands for them, below
// rt, and "" those that stand for none.
var stdPaths = map[string]string{"debug": "", "trace": "", "watch": "", "rttest": "", "tls": "crypto/tls", "json": "encoding/json", "gob": "encoding/gob", "binary": "encoding/binary",
	"textproto": "net/textproto", "mime": "mime/multipart"}
