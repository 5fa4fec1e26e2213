package rt

import (
	"os"
	"reflect"
	"strings"

	"github.com/greengen/greengen/rt/green"
)

// plainPackages lists packages of std none of whose types block by itself; a
// method that takes an interface or a func blocks as that does. An entry that
// ends in / stands for all below it.
var plainPackages = []string{
	"bytes", "strings", "errors", "fmt", "strconv", "unicode/", "math/", "sort", "slices", "maps",
	"container/", "hash/", "crypto/md5", "crypto/sha1", "crypto/sha256", "crypto/sha512", "crypto/sha3",
	"crypto/internal/", "crypto/aes", "crypto/des", "crypto/rc4", "crypto/cipher", "crypto/hmac", "crypto/ecdh",
	"crypto/ecdsa", "crypto/ed25519", "crypto/elliptic", "crypto/rsa", "crypto/dsa", "crypto/rand", "regexp", "regexp/syntax", "time", "reflect",
	"context", "io/fs", "net/netip", "net/url", "path", "text/template/parse", "runtime", "syscall",
	"internal/poll", "internal/bytealg", "internal/reflectlite", "internal/fmtsort", "go/",
}

// wrappers are types of these packages that read from or write to another.
var wrappers = map[string]bool{"crypto/cipher.StreamReader": true, "crypto/cipher.StreamWriter": true}

// plainTypes lists more types, of packages that also have others.
var plainTypes = map[string]bool{
	"io.discard": true, "os.SyscallError": true, "os.LinkError": true, "os.fileStat": true,
	"os.unixDirent": true, "os.Signal": true, "encoding/json.SyntaxError": true,
	"net.OpError": true, "net.DNSError": true, "net.AddrError": true, "net.ParseError": true,
	"net.timeoutError": true, "net.TCPAddr": true, "net.UDPAddr": true, "net.UnixAddr": true,
	"net.IPAddr": true, "net.IP": true, "net.IPMask": true, "net.IPNet": true, "net.errClosed": true,
	"net.UnknownNetworkError": true, "net.InvalidAddrError": true, "os/exec.ExitError": true,
	"os/exec.Error": true, "encoding/hex.InvalidByteError": true, "sync.noCopy": true,
}

func init() { green.Classify = classify }

// classify knows types of std by name: so rt need not import their packages.
func classify(x any) bool {
	t := reflect.TypeOf(x)
	if t == nil {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	pkg := t.PkgPath()
	if pkg == "" || wrappers[pkg+"."+t.Name()] {
		return false
	}
	if plainTypes[pkg+"."+t.Name()] {
		return true
	}
	for _, p := range plainPackages {
		if pkg == p || strings.HasSuffix(p, "/") && strings.HasPrefix(pkg+"/", p) {
			return true
		}
	}
	return false
}

// PlainWriter reports whether writing to w may be taken not to block: its type
// is plain, or it is the program's standard output or error. Safe from any
// goroutine.
func PlainWriter(w any) bool {
	if f, ok := w.(*os.File); ok {
		return f == os.Stdout || f == os.Stderr
	}
	return green.PlainType(w)
}
