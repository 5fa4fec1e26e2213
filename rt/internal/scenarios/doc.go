// Package scenarios has the situations that users of gevent, greenlet and libev rely
// on, each with its exact outcome, as plain Go: greengen makes the twins that run. Their
// numbers are those of the list in numbers_test.go.
//
// Each runs 1, 2 and 100 times in one hub with virtual time, as often in real time, and
// three times in real time in company of goroutines and a second hub; those that wait for
// descriptors, or for time that passes by itself, only in real time. Where 100 times
// would wait for long it is less: see worth and scenario.most. Each time must leave
// nothing behind: see clean.
//
// A few are proven elsewhere, for they need more than a hub: see elsewhere in
// numbers_test.go.
package scenarios

//go:generate go run github.com/greengen/greengen/cmd/greengen
