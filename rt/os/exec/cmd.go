//greengen:patch
package exec

import (
	"bytes"
	"errors"
	"os/exec"

	"github.com/greengen/greengen/rt"
)

// Cmd_Wait is (*exec.Cmd).Wait.
func Cmd_Wait(c *exec.Cmd) error {
	return finish(c, c.Process != nil && c.ProcessState == nil && rt.AwaitExit(c.Process))
}

// Cmd_Run is (*exec.Cmd).Run.
func Cmd_Run(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	return Cmd_Wait(c)
}

// Cmd_CombinedOutput is (*exec.Cmd).CombinedOutput.
func Cmd_CombinedOutput(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil {
		return nil, errStdout
	}
	if c.Stderr != nil {
		return nil, errors.New("exec: Stderr already set")
	}
	var b bytes.Buffer
	c.Stdout, c.Stderr = &b, &b
	err := Cmd_Run(c)
	return b.Bytes(), err
}

// Cmd_Output is (*exec.Cmd).Output.
func Cmd_Output(c *exec.Cmd) ([]byte, error) {
	if c.Stdout != nil {
		return nil, errStdout
	}
	var b bytes.Buffer
	c.Stdout = &b
	var said *edges
	if c.Stderr == nil {
		said = &edges{n: 32 << 10}
		c.Stderr = said
	}
	err := Cmd_Run(c)
	if exit, ok := err.(*exec.ExitError); ok && said != nil {
		exit.Stderr = said.bytes()
	}
	return b.Bytes(), err
}

var errStdout = errors.New("exec: Stdout already set")
