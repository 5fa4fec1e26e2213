// Package worker has a form of rt.Offload for what has no result but an error.
//
//greengen:patch
package worker

import "github.com/greengen/greengen/rt"

//go:generate go run github.com/greengen/greengen/cmd/greengen

// Do calls f on a worker of the hub.
func Do(f func() error) error {
	_, err := rt.Offload(func() (struct{}, error) { return struct{}{}, f() })
	return err
}
