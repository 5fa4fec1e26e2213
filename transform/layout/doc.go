// Package layout writes generated Go as gofmt would, in a seventh of the time.
//
// go/format could do all of it, as it did. It took a third of the time that generating takes, and
// that is to be no more than twice the time of go vet: with go/format it is 2.6 to 2.9 times, with
// this package 2. Nothing else is gained: render.Bytes without it is three lines shorter.
//
// jen writes one statement to a line and tokens with blanks between them:
//
//	_f := pool_F . New (h,resume_F,_c)
//
// The printer reads that once, token by token, and writes lines with indentation. It is a
// parser, too, so that a fault of ours is found here.
//
// # Expressions
//
// They are read as a tree of nodes first, since the blanks around an operator depend on all of
// its expression (see tight). Statements are written as they are read. A literal function is
// laid out aside, when it is read, and is text from then on.
//
// # What is left to go/format
//
// Whatever gofmt may write in another way for a reason that is not known here: line
// breaks of other kinds than ours, comments in other places, groups of declarations, tags,
// odd numbers, raw strings of several lines, documentation with markup. Also what does not
// parse, whose error is then go/format's. The printer fails, all tokens are EOF from there on,
// and the declaration is laid out by go/format. Of a thousand declarations that we write, one
// is.
//
// # What must hold
//
// The result is that of go/format for the whole text, to the byte, and there is an error if and
// only if go/format has one.
package layout
