//go:build !linux

package rt

func openProcess(int) (fd int, ok bool) { return -1, false }

func closeProcess(int) {}
