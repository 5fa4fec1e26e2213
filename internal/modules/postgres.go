package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// pgPort is not PostgreSQL's own: the machine may have one running.
const pgPort = "54329"

// postgres starts a PostgreSQL with the roles, the certificates and the access rules
// that lib/pq has scripts for, in dir. It returns what to add to the environment.
func (b *bench) postgres(dir string) (env []string, stop func(), err error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // Debian's place
	if len(bins) == 0 {
		return nil, nil, errors.New("skipped: its tests need Debian's postgresql")
	}
	p := &cluster{b: b, bin: bins[len(bins)-1]}
	data, err := p.run("mktemp", "-d")
	if err != nil {
		return nil, nil, err
	}
	p.data = strings.TrimSpace(string(data))
	stop = func() {
		p.ctl("stop", "-m", "immediate") // an error: it does not run
		os.RemoveAll(p.data)
	}
	if err := p.start(filepath.Join(dir, "testdata")); err != nil {
		stop()
		return nil, nil, err
	}
	return []string{"PGPORT=" + pgPort}, stop, nil
}

// cluster is a PostgreSQL. It refuses to run as root: then it is the user postgres,
// who cannot look into the scratch folder.
type cluster struct {
	b         *bench
	bin, data string
}

// run runs a program as the owner of the data.
func (p *cluster) run(args ...string) ([]byte, error) {
	if os.Geteuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	return p.b.output("/", args[0], args[1:]...)
}

func (p *cluster) ctl(args ...string) error {
	options := "-p " + pgPort + " -k " + p.data + " -c fsync=off"
	_, err := p.run(append([]string{p.bin + "/pg_ctl", "-D", p.data + "/db", "-w", "-l", p.data + "/log", "-o", options}, args...)...)
	return err
}

func (p *cluster) start(testdata string) error {
	if _, err := p.run(p.bin+"/initdb", "-D", p.data+"/db", "-U", "pqgo", "-A", "trust"); err != nil {
		return err
	}
	scripts := filepath.Join(testdata, "postgres", "docker-entrypoint-initdb.d")
	for _, step := range []func() error{
		func() error { return p.certificates(filepath.Join(testdata, "ssl")) },
		func() error { return p.shell("PGDATA=" + p.data + "/db sh " + scripts + "/10-hba.sh") },
		func() error { return p.ctl("start") },
		func() error { return p.shell(p.bin + "/createdb -h localhost -p " + pgPort + " -U pqgo pqgo") },
		func() error {
			return p.shell("sed 's|/ssl2|" + p.data + "/ssl|' " + scripts + "/20-config.sql | " +
				p.bin + "/psql -q -v ON_ERROR_STOP=1 -h localhost -p " + pgPort + " -U pqgo pqgo")
		},
		func() error { return p.ctl("restart") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p *cluster) shell(script string) error {
	_, err := p.b.output("/", "sh", "-c", script)
	return err
}

// certificates copies the server's, which only its user may read.
func (p *cluster) certificates(from string) error {
	script := "mkdir " + p.data + "/ssl && cp " + from + "/*.key " + from + "/*.crt " + p.data + "/ssl && chmod 600 " + p.data + "/ssl/*"
	if os.Geteuid() == 0 {
		script += " && chown -R postgres " + p.data + "/ssl"
	}
	return p.shell(script)
}
