package main

import (
	"unsafe"

	"github.com/greengen/greengen/rt/green"
	rtruntime "github.com/greengen/greengen/rt/runtime"
)

// smooth has a loop without suspension points, which its twin keeps as it is, in
// one that may suspend:
//
//	func smooth(xs []uint32, rounds int) (sum uint32) {
//		for range rounds {
//			for i := 1; i < len(xs); i++ {
//				xs[i] = xs[i]*31 + xs[i-1]
//			}
//			if sum += xs[len(xs)-1]; sum == 1 {
//				runtime.Gosched()
//			}
//		}
//		return sum
//	}
type smoothFrame struct {
	green.Frame
	xs     []uint32
	sum    uint32
	_t1    int
	_t2    int
	result *uint32 // where the benchmark wants it
}

var smoothPool green.Pool[smoothFrame]

// smooth_green returns its frame's result by a pointer of the benchmark's.
func smooth_green(h *green.Hub, xs []uint32, rounds int, result *uint32) (sum uint32, _c *green.Frame) {
	_t1 := rounds
	var _t2 int = 0
	for ; _t2 < _t1; _t2++ {
		for i := 1; i < len(xs); i++ {
			xs[i] = xs[i]*31 + xs[i-1]
		}
		sum += xs[len(xs)-1]
		if sum == 1 {
			if _c := rtruntime.Gosched_green(h); _c != nil {
				_f := smoothPool.New(h, smoothResume, _c)
				_f.PC, _f.xs, _f.sum, _f._t1, _f._t2, _f.result = 1, xs, sum, _t1, _t2, result
				return sum, &_f.Frame
			}
		}
	}
	*result = sum
	return sum, nil
}

func smoothResume(h *green.Hub, _hd *green.Frame) *green.Frame {
	_f := (*smoothFrame)(unsafe.Pointer(_hd))
	var xs []uint32
	var sum uint32
	var _t1 int
	var _t2 int
	switch _f.PC {
	case 1:
		xs, sum, _t1, _t2 = _f.xs, _f.sum, _f._t1, _f._t2
		goto L4
	}
L1:
	if !(_t2 < _t1) {
		goto L7
	}
	for i := 1; i < len(xs); i++ {
		xs[i] = xs[i]*31 + xs[i-1]
	}
	sum += xs[len(xs)-1]
	if !(sum == 1) {
		goto L5
	}
	if _c := rtruntime.Gosched_green(h); _c != nil {
		_c.Parent = _hd
		_f.PC, _f.xs, _f.sum, _f._t1, _f._t2 = 1, xs, sum, _t1, _t2
		return green.Parked
	}
L4:
L5:
	_t2++
	goto L1
L7:
	*_f.result = sum
	return smoothPool.Put(h, _f)
}

func smooth(xs []uint32, rounds int) (sum uint32) {
	for range rounds {
		for i := 1; i < len(xs); i++ {
			xs[i] = xs[i]*31 + xs[i-1]
		}
		if sum += xs[len(xs)-1]; sum == 1 {
			sum++
		}
	}
	return sum
}

const smoothed = 4096 + 1

// smoothGreen runs the loop in the fast body, or in the resume body if the first
// round suspends, which it does if the first word is 1.
func smoothGreen(first uint32) func(n int) float64 {
	return func(n int) float64 {
		var sum uint32
		v := inHub(n, func(h *green.Hub) *green.Frame {
			xs := make([]uint32, smoothed)
			xs[0] = first
			_, c := smooth_green(h, xs, n/(smoothed-1), &sum)
			return c
		})
		sink += int(sum)
		return v
	}
}

func smoothPlain(first uint32) func(n int) float64 {
	return func(n int) float64 {
		xs := make([]uint32, smoothed)
		xs[0] = first
		return timed(n, func() { sink += int(smooth(xs, n/(smoothed-1))) })
	}
}
