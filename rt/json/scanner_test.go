package json

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var errMore = errors.New("more")

// first is a Reader of text, then of errMore.
type first struct{ text string }

func (f *first) Read(p []byte) (int, error) {
	n := copy(p, f.text)
	if f.text = f.text[n:]; n > 0 {
		return n, nil
	}
	return 0, errMore
}

// The scanner never says that a value goes on when a Decoder has come to its end, or to an
// error; and of one in braces or brackets it says so up to the last byte.
func TestScanner(t *testing.T) {
	require.True(t, encoder.ok && decoder.ok, "encoding/json has other fields")
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 20_000 {
		text := random(r, 4)
		if r.IntN(2) == 0 {
			text = spoil(r, text)
		}
		for k := range len(text) + 1 {
			var s scanner
			s.feed([]byte(text[:k]))
			var v json.RawMessage
			err := json.NewDecoder(&first{text[:k]}).Decode(&v)
			if err != errMore {
				require.True(t, s.ends, "seed %d: %q, %v", seed, text[:k], err)
				break
			}
			if s.ends {
				require.NotContains(t, "{[", text[:1], "seed %d: %q", seed, text[:k])
			}
		}
	}
}

func random(r *rand.Rand, depth int) string {
	space := strings.Repeat(" ", r.IntN(2))
	n := 9
	if depth == 0 {
		n = 7
	}
	switch r.IntN(n) {
	case 0, 1:
		return space + []string{"null", "true", "false"}[r.IntN(3)]
	case 2, 3:
		return space + []string{"0", "-0", "12", "-3.05", "1e5", "2E-7", "-1.5e+30"}[r.IntN(7)]
	case 4, 5, 6:
		return space + []string{`""`, `"x"`, `"\""`, `"\\"`, `"\u00e9\n"`, `"{[,:]}"`, `"é"`}[r.IntN(7)]
	case 7:
		var parts []string
		for range r.IntN(4) {
			parts = append(parts, random(r, depth-1)+space)
		}
		return "[" + space + strings.Join(parts, ",") + "]"
	}
	var parts []string
	for range r.IntN(4) {
		parts = append(parts, space+`"k\t"`+space+":"+random(r, depth-1))
	}
	return "{" + strings.Join(parts, space+",") + space + "}"
}

// spoil changes a byte, takes one out, or puts one in.
func spoil(r *rand.Rand, text string) string {
	i := r.IntN(len(text))
	c := string("{}[]\",:\\ 019.eE+-tnux\x01\xff"[r.IntN(23)])
	switch r.IntN(3) {
	case 0:
		return text[:i] + c + text[i+1:]
	case 1:
		return text[:i] + text[i+1:]
	}
	return text[:i] + c + text[i:]
}
