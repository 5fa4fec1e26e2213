//go:build linux

package scenarios

import (
	"os"
	"reflect"
	"syscall"
	"testing"
	"unsafe"

	"github.com/greengen/greengen/rt"
	"github.com/greengen/greengen/rt/internal/poll"
)

// Scenarios that wait for descriptors come out the same where the kernel has no memory to
// watch them, ever or every second time: pipes, conns of rt/net and of std, processes.
func TestScenariosWithoutMemory(t *testing.T) {
	for _, s := range all {
		if !s.real {
			continue
		}
		for each, when := range map[string]int{"never": 1, "every second one": 2} {
			t.Run(s.name+"/"+each, func(t *testing.T) {
				n := 0
				fails := func() error {
					if n++; n%when == 0 {
						return os.NewSyscallError("epoll_ctl", syscall.ENOMEM)
					}
					return nil
				}
				s.runs(&run{t: t, lacking: true}, 3, polledBy(&poll.Failing{Poller: poll.New(), OnAdd: fails, OnMod: fails}))
			})
		}
	}
}

// polledBy sets what rt's own tests can say.
func polledBy(p poll.Poller) rt.Option {
	return func(c *rt.Config) {
		f := reflect.ValueOf(c).Elem().FieldByName("poller")
		reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(reflect.ValueOf(p))
	}
}
