//go:build !linux

package rt

import "os"

func openProcess(*os.Process) (fd int, ended bool) { return -1, false }

func closeProcess(int) {}
