//greengen:patch
package io

import "io"

// What std makes of MultiReader, MultiWriter and TeeReader: as it keeps them, so that all
// may use them in turn.
type (
	joined struct{ readers []io.Reader }
	spread struct{ writers []io.Writer }
	teeing struct {
		r io.Reader
		w io.Writer
	}
)

// joinedRead reads on from the next reader where one ends.
func joinedRead(j *joined, p []byte) (int, error) {
	for len(j.readers) > 0 {
		n, err := j.readers[0].Read(p)
		if err == io.EOF {
			j.readers[0] = drained{} // who else has the list sees an end there, not nil
			j.readers = j.readers[1:]
			if len(j.readers) > 0 {
				err = nil
			}
			if n == 0 && err == nil {
				continue
			}
		}
		return n, err
	}
	return 0, io.EOF
}

// joinedWriteTo copies one after the other. After an error it can go on where that was.
func joinedWriteTo(j *joined, w io.Writer) (sum int64, err error) {
	for len(j.readers) > 0 {
		n, err := io.Copy(w, j.readers[0])
		if sum += n; err != nil {
			return sum, err
		}
		j.readers[0] = nil
		j.readers = j.readers[1:]
	}
	j.readers = nil
	return sum, nil
}

// spreadWrite writes to all, up to the first that fails.
func spreadWrite(s *spread, p []byte) (int, error) {
	for _, w := range s.writers {
		if n, err := w.Write(p); err != nil || n != len(p) {
			return short(n, err)
		}
	}
	return len(p), nil
}

func spreadWriteString(s *spread, text string) (int, error) {
	for _, w := range s.writers {
		if n, err := io.WriteString(w, text); err != nil || n != len(text) {
			return short(n, err)
		}
	}
	return len(text), nil
}

// teeRead writes what it reads.
func teeRead(t *teeing, p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 {
		if n, err := t.w.Write(p[:n]); err != nil {
			return n, err
		}
	}
	return n, err
}

// The functions as values: so their twins are registered.
var (
	readJoined    = joinedRead
	writeJoined   = joinedWriteTo
	writeSpread   = spreadWrite
	writeSpreadSt = spreadWriteString
	readTee       = teeRead
)
