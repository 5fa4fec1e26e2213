// Patched prints docs/patched.md: what becomes of std's functions in green code.
//
//	go run ./internal/patched > docs/patched.md
package main
