//go:build unix

package weave

import (
	"fmt"
	"syscall"
)

// become replaces this process. It returns only if that fails.
func become(file string, argv, env []string) error {
	return fmt.Errorf("run %s: %w", file, syscall.Exec(file, argv, env))
}
