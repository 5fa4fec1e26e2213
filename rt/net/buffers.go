package net

import (
	"io"
	"net"

	"github.com/greengen/greengen/rt/internal/worker"
)

// Buffers_WriteTo is (*net.Buffers).WriteTo. What makes one datagram of all is left to std, on
// a worker.
//
//greengen:patch
func Buffers_WriteTo(v *net.Buffers, w io.Writer) (int64, error) {
	c, ok := gathers(w)
	if ok && (c == nil || !hasBytes(v)) {
		var n int64
		err := worker.Do(func() (err error) {
			n, err = v.WriteTo(w)
			return err
		})
		return n, err
	}
	n, err := writeEach(v, w, ok)
	if ok {
		err = asWritev(err)
	}
	return n, err
}

// writeEach writes one after the other. skips: those without bytes it does not.
//
//greengen:patch
func writeEach(v *net.Buffers, w io.Writer, skips bool) (sum int64, err error) {
	for _, b := range *v {
		if skips && len(b) == 0 {
			continue
		}
		n, e := w.Write(b)
		sum += int64(n)
		if e != nil {
			err = e
			break
		}
	}
	took(v, sum)
	return sum, err
}
