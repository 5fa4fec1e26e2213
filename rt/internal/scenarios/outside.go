package scenarios

// outside runs fn on a goroutine, whatever fn could be.
func outside(fn func()) { go fn() }
