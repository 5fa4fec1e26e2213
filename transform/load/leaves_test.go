package load

import (
	"slices"
	"testing"
)

func TestLeafSymbols(t *testing.T) {
	const head = "#include \"textflag.h\"\n// it may CALL, says a comment\nTEXT ·f(SB), NOSPLIT, $0-8\n"
	for _, tt := range []struct {
		body string
		leaf bool
	}{
		{"loop:\n\tBSFQ AX, BX\n\tJNE loop\n\tJMP 2(PC)\n\tJMP done1\ndone1:\n\tRET\n", true},
		{"\tCBZ R1, out\n\tBEQ out\n\tB out\nout:\n\tRET\n", true},
		{"\tCALL ·g(SB)\n\tRET\n", false},
		{"\tJMP syscall·Syscall(SB)\n", false},
		{"\tB ·g(SB)\n", false},
		{"\tSYSCALL\n\tRET\n", false},
		{"\tSVC\n\tRET\n", false},
		{"\tMOVQ f+0(FP), DX\n\tJMP (DX)\n", false},
		{"\tMOVQ f+0(FP), DX\n\tJMP DX\n", false},
		{"\tBR R3\n", false},
		{"\tBX (R0)\n", false},
		{"\tRET R5\n", false},
		{"\tRET // to R5\n", true},
		{"\tPUSHQ AX\n\tRET\n", false},
		{"\tMOVW R1, R15\n", false},
		{"DATA x<>+0(SB)/8, $\"/* no //\"\n\tRET\n", false},
		{"\tJMP 0(SP)\n", false},
		{"\tBYTE $0x0f; BYTE $0x05\n\tRET\n", false},
		{"#include \"macros.h\"\n\tWAIT\n\tRET\n", false},
		{"#define GO(f) call f\n\tGO(·g(SB))\n\tRET\n", false},
	} {
		var want []string
		if tt.leaf {
			want = []string{"f"}
		}
		if got := leafSymbols([]byte(head + tt.body)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", tt.body, got, want)
		}
	}
}
