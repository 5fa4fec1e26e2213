//go:build !unix || aix || solaris || illumos

package trace

// mapped returns nil: nothing is recorded where files cannot be mapped.
func mapped() []uint64 { return nil }
