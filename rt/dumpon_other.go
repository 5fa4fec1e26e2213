//go:build !unix

package rt

import "os"

// quit is the signal after which the program ends, nil if this system has none.
var quit os.Signal

func quitNow() { os.Exit(2) }
