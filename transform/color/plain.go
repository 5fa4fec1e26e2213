package color

import (
	"go/types"
	"slices"
	"strings"

	"github.com/greengen/greengen/transform/ir"
)

const rtPath = "github.com/greengen/greengen/rt"

// plainFunc reports whether a foreign function is known not to block, if what it
// is handed does not.
func plainFunc(obj *types.Func) bool {
	if obj.Pkg() == nil {
		return true // error.Error
	}
	path := obj.Pkg().Path()
	if ofRuntime(path) {
		return true // what blocks there has a twin
	}
	if verdict, ok := exceptions[key(obj)]; ok {
		return verdict
	}
	if recv := obj.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return !blockingMethod(obj)
	}
	k := key(obj)
	switch {
	case blocking[k]:
		return false
	case obj.Signature().Recv() != nil && quiet[obj.Name()] && inStd(path):
		return true
	case wrapsStream(obj):
		return false
	}
	return PlainStd(path) && !unknown(path, k)
}

// plainValue is c.plainFunc for a function or method that is called through an
// interface: in the runtime one whose twin suspends may block.
func (c *colorer) plainValue(obj *types.Func) bool {
	if obj.Pkg() != nil && ofRuntime(obj.Pkg().Path()) {
		_, suspends, ok := twinSymbol(obj.Origin())
		return !ok || !suspends
	}
	return c.plainFunc(obj)
}

// outsideValue notes that the value of obj, of type sig, a function or method from
// outside, is taken. All of the runtime's that have twins need the hub: those that
// do not block find the greenlet by it.
func (c *colorer) outsideValue(obj *types.Func, sig *types.Signature) {
	if obj.Pkg() == nil || !ofRuntime(obj.Pkg().Path()) {
		if !c.plainFunc(obj) {
			c.foreign[c.key(sig)] = true
		}
		return
	}
	if sym, suspends, ok := twinSymbol(obj.Origin()); ok {
		c.foreign[c.key(sig)] = true
		if c.u.Runtime == nil {
			c.u.Runtime = map[*types.Func]ir.RuntimeTwin{}
		}
		c.u.Runtime[obj.Origin()] = ir.RuntimeTwin{Name: sym.Name, Suspends: suspends}
	}
}

func ofRuntime(path string) bool { return path == rtPath || strings.HasPrefix(path, rtPath+"/") }

// inStd reports whether a package is one of std's: the first part of its path is no
// host.
func inStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// PlainStd reports whether functions of a package of std are plain if no table says
// that they may block.
func PlainStd(path string) bool {
	return plainPackages[path] || slices.ContainsFunc(plainTrees, func(p string) bool {
		return path == p || strings.HasPrefix(path, p+"/")
	})
}

var plainPackages = ir.Words(`bytes cmp context embed errors expvar flag fmt hash html iter log maps math mime path
	path/filepath plugin reflect regexp slices sort strconv strings structs sync time unicode unique unsafe weak
	encoding encoding/ascii85 encoding/asn1 encoding/base32 encoding/base64 encoding/binary encoding/hex encoding/json
	encoding/csv encoding/gob encoding/pem encoding/xml html/template text/scanner text/tabwriter text/template
	text/template/parse net/netip net/url net/mail net/textproto os io io/fs bufio testing testing/quick runtime
	runtime/debug runtime/metrics runtime/trace runtime/pprof debug/elf debug/dwarf syscall crypto log/slog`)

var plainTrees = []string{"container", "crypto/aes", "crypto/cipher", "crypto/des", "crypto/dsa", "crypto/ecdh",
	"crypto/ecdsa", "crypto/ed25519", "crypto/elliptic", "crypto/hmac", "crypto/md5", "crypto/rand", "crypto/rc4",
	"crypto/rsa", "crypto/sha1", "crypto/sha256", "crypto/sha3", "crypto/sha512", "crypto/subtle", "crypto/x509",
	"go", "hash", "image", "index", "math", "regexp", "sync/atomic", "unicode", "compress", "archive"}

// keepers only keep what they are handed: whatever that is, they do not block.
var keepers = ir.Words(`sync.NewCond io.MultiReader io.MultiWriter io.TeeReader io.LimitReader io.NewSectionReader
	io.NewOffsetWriter io.NopCloser io/ioutil.NopCloser bufio.NewScanner bufio.NewReadWriter encoding/json.NewDecoder encoding/json.NewEncoder
	encoding/gob.NewDecoder encoding/gob.NewEncoder encoding/xml.NewDecoder encoding/xml.NewEncoder
	encoding/csv.NewReader encoding/csv.NewWriter encoding/base64.NewDecoder encoding/base64.NewEncoder
	encoding/base32.NewDecoder encoding/base32.NewEncoder encoding/hex.NewDecoder encoding/hex.NewEncoder
	encoding/hex.Dumper text/tabwriter.NewWriter net/textproto.NewReader net/textproto.NewWriter net/textproto.NewConn
	log.New log.SetOutput context.WithValue errors.Join net/http.NewRequest net/http.NewRequestWithContext
	net/http.MaxBytesReader compress/gzip.NewWriter compress/flate.NewReader compress/zlib.NewWriter
	log/slog.NewTextHandler log/slog.NewJSONHandler io/fs.FormatDirEntry bufio.NewReader bufio.NewReaderSize bufio.NewWriter bufio.NewWriterSize
	mime/multipart.NewReader
	sync.(*Map).Load sync.(*Map).Store sync.(*Map).LoadOrStore sync.(*Map).LoadAndDelete sync.(*Map).Delete sync.(*Map).Swap
	sync.(*Map).CompareAndSwap sync.(*Map).CompareAndDelete sync.(*Pool).Put sync/atomic.(*Value).Store sync/atomic.(*Value).Swap
	sync/atomic.(*Value).CompareAndSwap container/list.(*List).PushBack container/list.(*List).PushFront
	container/list.(*List).InsertBefore container/list.(*List).InsertAfter reflect.ValueOf reflect.TypeOf reflect.DeepEqual
	runtime.KeepAlive`)

// exceptions overrule the table and the package: true is plain.
var exceptions = func() map[string]bool {
	m := map[string]bool{}
	// A lock waits for who holds it: std's functions do not as a rule, so the table does
	// not count locks. Gosched and Goexit have twins. A reader, an importer, a test and
	// the initialisers of a plugin do as they please.
	for w := range ir.Words(`sync.(*Mutex).Lock sync.(*RWMutex).Lock sync.(*RWMutex).RLock runtime.Gosched runtime.Goexit
		regexp.(*Regexp).FindReaderIndex go/types.(*Config).Check go/types.(*Checker).Files
		testing.(*T).Parallel testing.(*T).Run testing.(*B).Run testing.(*F).Fuzz plugin.Open`) {
		m[w] = false
	}
	// In packages that are not declared plain, and of types that hold a stream.
	for w := range ir.Words(`net.SplitHostPort net.JoinHostPort net.ParseIP net.ParseCIDR net.ParseMAC net.IPv4 net.IPv4Mask net.CIDRMask
		net.TCPAddrFromAddrPort net.UDPAddrFromAddrPort net.Pipe
		net.IP.DefaultMask net.IP.Equal net.IP.IsGlobalUnicast net.IP.IsInterfaceLocalMulticast net.IP.IsLinkLocalMulticast
		net.IP.IsLinkLocalUnicast net.IP.IsLoopback net.IP.IsMulticast net.IP.IsPrivate net.IP.IsUnspecified
		net.IP.AppendText net.IP.MarshalText net.IP.Mask net.IP.To16 net.IP.To4 net.(*IP).UnmarshalText net.(*IPNet).Contains
		net.(*TCPAddr).AddrPort net.(*UDPAddr).AddrPort net.(*Dialer).MultipathTCP net.(*Dialer).SetMultipathTCP
		net.(*ListenConfig).MultipathTCP net.(*ListenConfig).SetMultipathTCP
		net.(*TCPConn).SetNoDelay net.(*TCPConn).SetKeepAlive net.(*TCPConn).SetKeepAlivePeriod net.(*TCPConn).SetKeepAliveConfig
		net.(*TCPConn).SetLinger net.(*TCPConn).CloseRead net.(*TCPConn).CloseWrite net.(*TCPConn).SyscallConn
		net.(*UnixConn).CloseRead net.(*UnixConn).CloseWrite net.(*UnixConn).SyscallConn net.(*UDPConn).SyscallConn
		net.(*conn).SetReadBuffer net.(*conn).SetWriteBuffer net.(*TCPListener).SyscallConn net.(*UnixListener).SyscallConn
		net/http.Header.Add net/http.Header.Clone net/http.Header.Del net/http.Header.Get net/http.Header.Set
		net/http.Header.Values net/http.(*Request).AddCookie net/http.(*Request).BasicAuth net/http.(*Request).Context
		net/http.(*Request).Cookie net/http.(*Request).Cookies net/http.(*Request).PathValue net/http.(*Request).ProtoAtLeast
		net/http.(*Request).Referer net/http.(*Request).SetBasicAuth net/http.(*Request).SetPathValue
		net/http.(*Request).UserAgent net/http.(*Request).WithContext net/http.(*Response).Cookies
		net/http.(*Response).Location net/http.(*Response).ProtoAtLeast net/http.(*Cookie).Valid
		net/http.ParseHTTPVersion net/http.ParseTime
		os/exec.(*Cmd).StdinPipe os/exec.(*Cmd).StdoutPipe os/exec.(*Cmd).StderrPipe
		os/signal.Notify os/signal.NotifyContext os/signal.Stop os/signal.Reset os/signal.Ignore os/signal.Ignored
		net/http.StatusText net/http.CanonicalHeaderKey net/http.DetectContentType net/http.NewServeMux net/http.NewRequest
		net/http.NewRequestWithContext net/http.(*Request).MultipartReader
		mime/multipart.NewReader mime/multipart.(*Part).FormName mime/multipart.(*Part).FileName
		bufio.(*Reader).Buffered bufio.(*Reader).Size bufio.(*Reader).UnreadByte bufio.(*Reader).UnreadRune bufio.(*Reader).Reset
		bufio.(*Writer).Available bufio.(*Writer).AvailableBuffer bufio.(*Writer).Buffered bufio.(*Writer).Size
		bufio.(*Writer).Reset bufio.(*Scanner).Text bufio.(*Scanner).Bytes bufio.(*Scanner).Err bufio.(*Scanner).Buffer
		bufio.(*Scanner).Split encoding/json.(*Decoder).UseNumber encoding/json.(*Decoder).DisallowUnknownFields
		encoding/json.(*Decoder).Buffered encoding/json.(*Decoder).InputOffset encoding/json.(*Encoder).SetIndent
		encoding/json.(*Encoder).SetEscapeHTML encoding/csv.(*Writer).Error encoding/xml.(*Encoder).Indent
		compress/gzip.(*Reader).Multistream io.(*SectionReader).Outer io.(*SectionReader).Seek io.(*OffsetWriter).Seek`) {
		m[w] = true
	}
	return m
}()
