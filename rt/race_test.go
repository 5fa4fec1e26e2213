//go:build race

package rt

const underRace = true
