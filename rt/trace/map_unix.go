//go:build unix && !aix && !solaris && !illumos

package trace

import (
	"syscall"
	"unsafe"
)

// mapped maps the file that the environment names, nil if there is none.
func mapped() []uint64 {
	const env = "GREENGEN_TRACE"
	name, ok := syscall.Getenv(env)
	if !ok {
		return nil
	}
	syscall.Unsetenv(env)
	fd, err := syscall.Open(name, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil || st.Size < 8 {
		return nil
	}
	data, err := syscall.Mmap(fd, 0, int(st.Size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	// Safe: a mapping is page-aligned, and it is never unmapped.
	return unsafe.Slice((*uint64)(unsafe.Pointer(&data[0])), len(data)/8)
}
