package color

import (
	"go/importer"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hot are functions that programs call often: a worker for one of them, or only a twin
// of who calls it, would be felt.
const hot = `bytes.Contains bytes.Equal bytes.Buffer.Write bytes.Buffer.String bytes.NewReader bytes.Reader.Read bytes.TrimSpace
	cmp.Compare container/heap.Init container/list.List.PushBack context.Background context.WithCancel context.WithTimeout
	context.WithValue crypto/hmac.Equal crypto/rand.Read crypto/sha256.Sum256 crypto/subtle.ConstantTimeCompare
	encoding/base64.Encoding.EncodeToString encoding/binary.littleEndian.Uint32 encoding/binary.PutUvarint
	encoding/hex.EncodeToString encoding/json.Marshal encoding/json.Unmarshal encoding/json.Valid encoding/xml.Marshal
	errors.As errors.Is errors.Join errors.New errors.Unwrap
	fmt.Errorf fmt.Print fmt.Printf fmt.Println fmt.Sprint fmt.Sprintf fmt.Sscanf hash/crc32.ChecksumIEEE hash/maphash.String
	html.EscapeString io/fs.ValidPath io.MultiReader log.Printf log.Println log.Logger.Printf log/slog.Info log/slog.Logger.Info
	maps.Clone maps.Copy math.Sqrt math/big.Int.Mul math/bits.Len math/rand.Intn math/rand/v2.N mime.TypeByExtension
	net.JoinHostPort net.ParseIP net.SplitHostPort net/http.Header.Get net/http.StatusText net/netip.ParseAddr
	net/textproto.CanonicalMIMEHeaderKey net/textproto.MIMEHeader.Get net/url.Parse net/url.QueryEscape net/url.URL.String
	os.Getenv os.Getpid os.IsNotExist os.LookupEnv os.Setenv path.Join path/filepath.Base path/filepath.Clean path/filepath.Join
	reflect.DeepEqual reflect.TypeOf reflect.ValueOf reflect.Value.Field reflect.Value.Set regexp.MustCompile
	regexp.Regexp.FindString regexp.Regexp.MatchString regexp.Regexp.ReplaceAllString
	runtime.GOMAXPROCS runtime.KeepAlive runtime.NumCPU slices.Contains slices.Reverse slices.Sort sort.Ints sort.Strings
	strconv.AppendInt strconv.Atoi strconv.FormatInt strconv.Itoa strconv.ParseFloat strconv.Quote
	strings.Builder.WriteString strings.Contains strings.Fields strings.Join strings.NewReader strings.NewReplacer
	strings.Reader.Read strings.Replace strings.Split strings.ToUpper strings.TrimSpace
	sync.Map.Load sync.Map.Store sync.Mutex.TryLock sync.Pool.Get sync.Pool.Put sync/atomic.AddInt64 sync/atomic.Int64.Add
	syscall.Getpid text/template.Must text/template.Template.Lookup
	time.After time.Now time.Parse time.ParseDuration time.Since time.Time.Add time.Time.Format time.Time.In time.Time.Local
	time.Time.String time.Time.Unix time.NewTimer time.Timer.Reset time.Timer.Stop unicode.IsSpace unicode/utf8.DecodeRuneInString`

func TestHotIsPlain(t *testing.T) {
	imp := importer.Default()
	for _, name := range strings.Fields(hot) {
		fn := lookUp(t, imp, name)
		kind, _ := Std(fn)
		require.Contains(t, []string{StdPlain, StdOffloadMet}, kind, name) // the latter where a method of the program blocks
	}
}

// What only keeps or compares values is plain, whatever they are.
func TestKeepersArePlain(t *testing.T) {
	imp := importer.Default()
	for _, name := range strings.Fields(`sync.Map.Load sync.Map.Store sync.Map.Swap sync.Pool.Put sync/atomic.Value.Store sync/atomic.Pointer.Store
		container/list.List.PushBack container/list.List.Remove slices.Contains slices.Insert slices.Sort slices.Max maps.Copy cmp.Compare
		reflect.ValueOf reflect.DeepEqual runtime.KeepAlive errors.Join context.WithValue`) {
		kind, _ := Std(lookUp(t, imp, name))
		require.Equal(t, StdPlain, kind, name)
	}
}

// lookUp finds a function, or method, by path.Func or path.Type.Method.
func lookUp(t *testing.T, imp types.Importer, name string) *types.Func {
	t.Helper()
	i := strings.LastIndex(name, "/") + 1
	parts := strings.Split(name[i:], ".")
	p, err := imp.Import(name[:i] + parts[0])
	require.NoError(t, err)
	obj := p.Scope().Lookup(parts[1])
	require.NotNil(t, obj, name)
	if len(parts) == 3 {
		obj, _, _ = types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, p, parts[2])
	}
	require.IsType(t, (*types.Func)(nil), obj, name)
	return obj.(*types.Func)
}

// What a newer Go adds to a package where something may block, may block until the
// table is made anew; to others not.
func TestUnknown(t *testing.T) {
	sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	for path, want := range map[string]string{"os": StdOffloaded, "syscall": StdOffloaded, "strings": StdPlain, "net/http": StdOffloaded} {
		fn := types.NewFunc(0, types.NewPackage(path, path), "OfTomorrow", sig)
		kind, _ := Std(fn)
		require.Equal(t, want, kind, path)
	}
}
