package weave

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// shim returns the flag that gets tools to see what they should: cover the overlay,
// since it opens the names that it is given on the disk; compile the user's own files,
// if they are embedded. "" if it is not needed, or if the user has a use of his own
// for the flag.
func shim(o Options, overlay string, embeds bool) string {
	wanted := embeds
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
	entry := filepath.Dir(filepath.Dir(args[0]))
	args = args[1:]
	switch strings.TrimSuffix(filepath.Base(args[0]), ".exe") {
	case "cover":
		for i, a := range args {
			if s, ok := over[a]; ok && s.file != "" {
				args[i] = s.file
			}
		}
	case "compile":
		if i := slices.Index(args, "-embedcfg"); i >= 0 && i+1 < len(args) {
			if args[i+1], err = userEmbeds(args[i+1], over, entry); err != nil {
				return err
			}
		}
	}
	tool, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return become(tool, args, os.Environ())
}
