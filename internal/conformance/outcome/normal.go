package outcome

import (
	"bytes"
	"regexp"
)

var (
	// report begins what the runtime prints when a program dies.
	report = regexp.MustCompile(`(?m)^(panic: |fatal error: |fatal: morestack|SIG[A-Z]+: |\[signal )`)
	stacks = regexp.MustCompile(`(?m)^(goroutine \d+ .*\[.*\]:.*|runtime stack:|greenlet .*:)$`)
	addr   = regexp.MustCompile(`\b0x[0-9a-f]{5,}\b`)
	header = regexp.MustCompile(`(?m)^goroutine \d+ `)
	pc     = regexp.MustCompile(`\bpc=0x[0-9a-f]+`)
	near   = regexp.MustCompile(`\baddr=0x[0-9a-f]{1,3}\b`)
	stamp  = regexp.MustCompile(`\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\b`)
)

// Normal returns what of stderr is to be equal.
func Normal(stderr []byte) []byte {
	if at := report.FindIndex(stderr); at != nil {
		if cut := stacks.FindIndex(stderr[at[0]:]); cut != nil {
			stderr = bytes.TrimRight(stderr[:at[0]+cut[0]], "\n")
		}
	}
	stderr = pc.ReplaceAll(stderr, []byte("pc=0xADDR"))
	stderr = near.ReplaceAll(stderr, []byte("addr=0xNIL"))
	stderr = stamp.ReplaceAll(stderr, []byte("TIME"))
	stderr = addr.ReplaceAll(stderr, []byte("0xADDR"))
	return header.ReplaceAll(stderr, []byte("goroutine N "))
}
