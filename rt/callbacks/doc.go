// Package callbacks has functions of std that call a function of the caller's, or
// return one that does, written anew in blocking Go: greengen makes their twins,
// as it does for users.
package callbacks

//go:generate go run github.com/greengen/greengen/cmd/greengen
