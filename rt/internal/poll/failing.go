package poll

// Failing is a Poller that fails as the kernel may, for tests.
type Failing struct {
	Poller
	OnAdd func() error // what Add returns instead, unless that is nil
	OnMod func() error // the same of Mod; nil: it works
}

// Add implements Poller.
func (p *Failing) Add(fd int, gen uint32) error {
	if err := p.OnAdd(); err != nil {
		return err
	}
	return p.Poller.Add(fd, gen)
}

// Mod implements Poller.
func (p *Failing) Mod(fd int, gen uint32) error {
	if p.OnMod != nil {
		if err := p.OnMod(); err != nil {
			return err
		}
	}
	return p.Poller.Mod(fd, gen)
}
