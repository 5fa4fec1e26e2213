package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// print prints the figures of all modes.
func (c *config) print(w io.Writer, results []*result) error {
	if c.json {
		return json.NewEncoder(w).Encode(results)
	}
	if len(results) == 0 {
		return nil
	}
	answers := fmt.Sprint("every answer after ", c.delay)
	if c.addr != "" {
		answers = "from " + c.addr // which has a delay of its own
	}
	fmt.Fprintf(w, "\n%d users with %d photos each, %s\n\n", c.users, c.photos, answers)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tverified\twall time\tCPU time\tpeak RSS above start\tbytes per task in flight\tthreads\tswitches\tsuspensions\toffloads\t")
	for _, r := range results {
		c.row(t, r)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, r := range results {
		switch {
		case r.Mode == sequential && r.Users < c.users:
			fmt.Fprintf(w, "~ %d users were downloaded one after the other in %v, and times extrapolated to %d.\n",
				r.Users, r.Wall.Round(time.Millisecond), c.users)
		case r.Mode == green && !r.OnHub:
			fmt.Fprintln(w, "green ran on goroutines: nothing was generated (run go generate, or greengen run).")
		}
	}
	return nil
}

func (c *config) row(w io.Writer, r *result) {
	about, n := "", 1.0
	perTask := fmt.Sprint(r.RSS / int64(r.Users))
	if r.Mode == sequential {
		perTask = "-"
		if r.Users < c.users {
			about, n = "~ ", float64(c.users)/float64(r.Users)
		}
	}
	hub := "-\t-\t-"
	if r.OnHub {
		hub = fmt.Sprintf("%d\t%d\t%d", r.Hub.Switches, r.Hub.Suspensions, r.Hub.Offloads)
	}
	times := func(d time.Duration) string { return fmt.Sprintf("%s%.2f s", about, d.Seconds()*n) }
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%.1f MB\t%s\t%d\t%s\t\n",
		r.Mode, r.Verified, times(r.Wall), times(r.CPU), float64(r.RSS)/1e6, perTask, r.Threads, hub)
}
