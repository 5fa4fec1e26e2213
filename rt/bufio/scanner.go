package bufio

import (
	"bufio"
	"io"
	"reflect"
	"slices"
	"unsafe"

	"github.com/greengen/greengen/rt/green"
)

type scanFrame struct {
	green.FuncFrame
	s   *bufio.Scanner
	src *source
}

type scanResult = struct{ R0 bool }

var (
	scans    green.Pool[scanFrame]
	slotScan = green.SlotFor[scanResult]()

	placeScanned = place[io.Reader, bufio.Scanner]("r")
	placeSplit   = place[bufio.SplitFunc, bufio.Scanner]("split")

	// splits are known not to block, and to give the same when they are asked again.
	splits = []uintptr{code(bufio.ScanLines), code(bufio.ScanWords), code(bufio.ScanRunes), code(bufio.ScanBytes)}
)

func code(f bufio.SplitFunc) uintptr { return reflect.ValueOf(f).Pointer() }

// NewScanner_green is bufio.NewScanner. Only from the hub's goroutine.
func NewScanner_green(h *green.Hub, rd io.Reader) *bufio.Scanner {
	return bufio.NewScanner(wrapReader(h, rd))
}

// scanned returns what s reads from, nil: it never blocks. !ok: it is unknown, or s
// splits in a way that is.
func scanned(s *bufio.Scanner) (src *source, ok bool) {
	if placeScanned < 0 || placeSplit < 0 {
		return nil, false
	}
	split := *(*bufio.SplitFunc)(unsafe.Add(unsafe.Pointer(s), placeSplit))
	if !slices.Contains(splits, code(split)) {
		return nil, false
	}
	switch rd := (*(*io.Reader)(unsafe.Add(unsafe.Pointer(s), placeScanned))).(type) {
	case *source:
		return rd, true
	default:
		return nil, green.PlainType(rd)
	}
}

// Scanner_Scan_green is (*bufio.Scanner).Scan. Only from the hub's goroutine.
func Scanner_Scan_green(h *green.Hub, s *bufio.Scanner) (bool, *green.Frame) {
	if h.Blocks() {
		return s.Scan(), nil
	}
	src, ok := scanned(s)
	switch {
	case !ok:
		return false, green.Offload(h, "Scan of *bufio.Scanner", func() scanResult { return scanResult{s.Scan()} })
	case src == nil:
		return s.Scan(), nil
	}
	ok, c := scan(h, s, src)
	if c == nil {
		return ok, nil
	}
	f := scans.Get(h)
	f.Resume, f.PC, f.s, f.src = resumeScan, 1, s, src
	c.Parent = &f.Frame
	return false, &f.Frame
}

func scan(h *green.Hub, s *bufio.Scanner, src *source) (bool, *green.Frame) {
	for {
		ok, again := src.scan(h, s)
		if !again {
			return ok, nil
		}
		if c := src.fill(h); c != nil {
			return false, c
		}
	}
}

func resumeScan(h *green.Hub, hd *green.Frame) *green.Frame {
	f := (*scanFrame)(ptr(hd))
	ok, c := scan(h, f.s, f.src)
	if c != nil {
		c.Parent = hd
		return green.Parked
	}
	slotScan.Of(h).R0 = ok
	return scans.Put(h, f)
}

// scan is one attempt. A scanner would keep an error, so the source leaves by a panic
// where it would block: then the scanner asks its split function for the same once
// more, and goes on reading.
func (src *source) scan(h *green.Hub, s *bufio.Scanner) (ok, again bool) {
	src.hub, src.raises = h, true
	defer func() {
		src.hub, src.raises = nil, false
		if src.raised {
			src.raised = false
			recover()
			ok, again = false, true
		}
	}()
	return s.Scan(), false
}
