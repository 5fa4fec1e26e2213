package main

import (
	"go/token"

	"github.com/greengen/greengen/transform/ir"
)

// Codes of decisions, as docs/explain.md lists them.
const (
	codeRule        = "rule"
	codeDirective   = "directive"
	codeBlocks      = "blocks"
	codeMarked      = "marked"
	codeDynamic     = "dynamic"
	codeLiteral     = "literal"
	codeUnsupported = "unsupported"
	codeUnreached   = "unreached"
	codeNeverBlocks = "never-blocks"
)

// decision says why f has its color: in a word, and in a sentence.
func (e *explainer) decision(f *ir.Func) (code string, reason *place) {
	at, text := f.Pos(), ""
	switch {
	case f.Rule != nil:
		code, at, text = codeRule, f.Rule.Pos, f.Rule.Says()
	case f.Mark == ir.Offload && f.Color == ir.Offloaded:
		code, text = codeDirective, f.Reason
	case f.Mark == ir.Skip:
		code, text = codeDirective, "marked //greengen:skip"
	case f.Color == ir.Offloaded:
		code, text = codeUnsupported, f.Reason
		if f.ReasonAt.IsValid() {
			at = f.ReasonAt
		}
	case f.Color == ir.Plain && !f.Reached:
		code, text = codeUnreached, "no marked function reaches it"
		if e.all {
			text = "nothing reaches it that main, a test or a marked function calls"
		}
	case f.Color == ir.Plain:
		code, text = codeNeverBlocks, "nothing in it may block"
	default:
		code, at, text = greenCode(f)
	}
	return code, &place{e.pos(at), text}
}

// greenCode is the code of a green function. The sentence is the end of the way down from
// the mark.
func greenCode(f *ir.Func) (code string, at token.Pos, text string) {
	at = f.Pos()
	if n := len(f.Why); n > 0 {
		at, text = f.Why[n-1].Pos, f.Why[n-1].Text
	}
	switch {
	case f.Blocks:
		return codeBlocks, at, text
	case f.Mark == ir.Patch || len(f.From) == 1:
		return codeMarked, at, text
	case f.Dual:
		return codeDynamic, at, text
	}
	return codeLiteral, at, text
}
