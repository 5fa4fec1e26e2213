package http

import "time"

// FreshTime is what net/http has 5 s for.
func FreshTime(d time.Duration) { freshTime = d }
