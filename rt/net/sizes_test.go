//go:build linux

package net

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// One word more costs each conn the next size class.
func TestSizes(t *testing.T) { require.LessOrEqual(t, unsafe.Sizeof(Conn{}), uintptr(64)) }
