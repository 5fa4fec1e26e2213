package rt

import "math/rand/v2"

// Who is served first is left to chance where Go does so. That asks for many small numbers,
// and for nothing that an adversary could not foresee: each hub draws its own, by Knuth's
// linear congruential generator of MMIX, of which the upper bits are good.

// draw returns 32 random bits. Only from the hub's goroutine.
func (h *Hub) draw() uint32 {
	if h.chance == 0 {
		h.chance = rand.Uint64()
	}
	h.chance = h.chance*6364136223846793005 + 1442695040888963407
	return uint32(h.chance >> 32)
}

// Below returns a random number from 0 to n-1, which is below 2^31. Only from the hub's
// goroutine.
func (h *Hub) Below(n int) int { return int(uint64(h.draw()) * uint64(n) >> 32) }

// Shuffle4 returns the numbers from 0 to n-1, n <= 4, in random order, two bits for each, the
// first one in the lowest. Only from the hub's goroutine.
func (h *Hub) Shuffle4(n int) uint8 {
	if n < 2 {
		return 0
	}
	list := orders[n]
	return list[h.Below(len(list))]
}

// orders are those of n numbers, as Shuffle4 returns them.
var orders = func() (of [5][]uint8) {
	of[1] = []uint8{0}
	for n := 2; n < len(of); n++ {
		for _, o := range of[n-1] {
			for at := 0; at < 2*n; at += 2 { // the last number comes before, between, behind
				low := o & (1<<at - 1)
				of[n] = append(of[n], (o-low)<<2|uint8(n-1)<<at|low)
			}
		}
	}
	return of
}()
