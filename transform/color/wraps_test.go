package color

import (
	"go/importer"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrapsStream(t *testing.T) {
	imp := importer.Default()
	for name, want := range map[string]bool{
		"net/textproto.Reader.ReadLine": true, "compress/gzip.Reader.Read": true, "archive/tar.Reader.Next": true,
		"encoding/json.Decoder.More": true, "text/tabwriter.Writer.Flush": true, "encoding/xml.Decoder.Skip": true,
		"bytes.Buffer.Write": false, "strings.Reader.Read": false, "strings.Replacer.Replace": false,
		"regexp.Regexp.FindString": false, "text/template.Template.Parse": false, "math/big.Int.Add": false,
		"log.Logger.Print": false, "sync.Cond.Signal": false, "net/url.URL.String": false, "math/rand.Rand.Int": false,
		"container/list.List.PushBack": false, "go/token.FileSet.Position": false, "time.Timer.Stop": false,
	} {
		t.Run(name, func(t *testing.T) {
			var path, typ, method string
			for i := len(name) - 1; i >= 0; i-- {
				if name[i] == '.' && method == "" {
					method, name = name[i+1:], name[:i]
				} else if name[i] == '.' {
					path, typ = name[:i], name[i+1:]
					break
				}
			}
			p, err := imp.Import(path)
			require.NoError(t, err)
			obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(p.Scope().Lookup(typ).Type()), true, p, method)
			require.Equal(t, want, wrapsStream(obj.(*types.Func)))
		})
	}
}
