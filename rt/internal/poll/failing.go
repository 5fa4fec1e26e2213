package poll

// Failing is a Poller that fails as the kernel may, for tests.
type Failing struct {
	Poller
	OnAdd func() error // what Add returns instead, unless that is nil
}

// Add implements Poller.
func (p *Failing) Add(fd int, gen uint32) error {
	if err := p.OnAdd(); err != nil {
		return err
	}
	return p.Poller.Add(fd, gen)
}
