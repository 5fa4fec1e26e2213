package weave

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// coverShim returns the flag that gets the cover tool to see the overlay: it
// opens the names that it is given on the disk. "" if it is not needed, or if
// the user has a use of his own for the flag.
func coverShim(o Options, overlay string) string {
	wanted := false
	for _, f := range o.Flags {
		switch {
		case strings.HasPrefix(f, "-toolexec="):
			return ""
		case f == "-cover=true", strings.HasPrefix(f, "-covermode="), strings.HasPrefix(f, "-coverpkg="),
			strings.HasPrefix(f, "-coverprofile="):
			wanted = true
		}
	}
	if !wanted || len(o.Toolexec) == 0 {
		return ""
	}
	var words []string
	for _, w := range append(slices.Clone(o.Toolexec), overlay) {
		words = append(words, "'"+w+"'")
	}
	return "-toolexec=" + strings.Join(words, " ")
}

// Toolexec runs a tool of the go command in place of this process. args is the
// overlay file, the tool, and its arguments.
func Toolexec(args []string) error {
	over, err := userOverlay("", args[0])
	if err != nil {
		return err
	}
	args = args[1:]
	if strings.TrimSuffix(filepath.Base(args[0]), ".exe") == "cover" {
		for i, a := range args {
			if s, ok := over[a]; ok && s.file != "" {
				args[i] = s.file
			}
		}
	}
	tool, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return become(tool, args, os.Environ())
}
