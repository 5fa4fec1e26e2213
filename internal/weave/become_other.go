//go:build !unix

package weave

import (
	"os"
	"os/exec"
	"os/signal"
)

// become runs a child in place of this process, and returns when it ended. The
// console sends its interrupts to both; they are the child's.
func become(file string, argv, env []string) error {
	cmd := exec.Command(file, argv[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signal.Ignore(os.Interrupt)
	return status(cmd.Run())
}
