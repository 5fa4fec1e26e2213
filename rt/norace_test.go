//go:build !race

package rt

const underRace = false
