// Package multipart has what stands in for methods of mime/multipart's Reader and Part in
// green code. The Reader and its Parts stay std's: at the first call its bufio.Reader gets a
// source of rt/bufio's to read from.
//
// NextPart is std's, called once the line before the part and its header are in the buffer,
// or what std refuses of them: so it does not wait. A header that the buffer cannot hold is
// read by a worker. Read is std's too, left by a panic where it would wait, when it has
// changed nothing, and called again when there is more.
//
// ReadForm takes a worker for as long as it lasts. So does all where the fields that this
// needs are not what they were when it was written.
package multipart

//go:generate go run github.com/greengen/greengen/cmd/greengen
