// Package bufio stands for std's bufio in green code. A *bufio.Reader stays one.
//
// # Reading without being resumed in the middle
//
// The operations of *bufio.Reader are plain code and cannot suspend half-way. So
// NewReader_green puts a source between the reader and what it reads. While a
// twin runs an operation, the source does not wait: where it would have to, it
// returns a private error. The twin then gets data into the source, which may
// park, and runs the operation again:
//
//	for { b, err := r.ReadByte(); if err != wouldBlock { return b, err }; fill() }
//
// This is right only for operations that take nothing on an error. For the
// others (ReadSlice, ReadRune) the twin first makes sure, with Peek, that they
// can end. bufio clears the private error itself when it reports it.
//
// # Writing
//
// The sink behind a *bufio.Writer takes the whole buffer on a flush and says
// that it is written; the twin then writes it, which may park. bufio's buffer
// keeps the bytes meanwhile. If the write fails, the twin puts the rest back and
// flushes again into the error, so that it sticks as bufio's errors do.
//
// # Readers made elsewhere
//
// A reader that plain code made has no source. The twin finds out by looking
// into the reader's field, whose place is looked up once by reflection: with
// data in the buffer or over a plain type the operation is called directly, else
// on a worker.
//
// # Scanning
//
// A Scanner would keep the private error, so under Scan the source panics with it
// instead. Nothing is lost: the scanner reads before it changes anything else, and
// next time asks its split function for the same again. That must not matter to the
// function: with others than std's four Scan is offloaded.
package bufio
