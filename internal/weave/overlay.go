package weave

import (
	"encoding/json"
	"fmt"
	"os"
)

// overlay maps absolute names to what stands for them: a file, or contents.
type overlay map[string]stand

type stand struct {
	file string // "" with nil data: the file is hidden
	data []byte
}

func (v overlay) clone(n int) overlay {
	c := make(overlay, len(v)+n)
	for name, s := range v {
		c[name] = s
	}
	return c
}

func (v overlay) with(files map[string][]byte) overlay {
	c := v.clone(len(files))
	for name, data := range files {
		c[name] = stand{data: data}
	}
	return c
}

func (v overlay) hide(name string) overlay {
	c := v.clone(1)
	c[name] = stand{}
	return c
}

// contents reads what the loader takes as contents. A hidden file cannot be
// shown to it, and is left out.
func (v overlay) contents() (map[string][]byte, error) {
	m := make(map[string][]byte, len(v))
	for name, s := range v {
		switch {
		case s.data != nil:
			m[name] = s.data
		case s.file != "":
			data, err := os.ReadFile(s.file)
			if err != nil {
				return nil, fmt.Errorf("read overlay: %w", err)
			}
			m[name] = data
		}
	}
	return m, nil
}

// userOverlay reads the overlay that the user gave, for ours has to hold it.
func userOverlay(dir, name string) (overlay, error) {
	if name == "" {
		return overlay{}, nil
	}
	data, err := os.ReadFile(absolute(dir, name))
	if err != nil {
		return nil, fmt.Errorf("read overlay: %w", err)
	}
	var file struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read overlay %s: %w", name, err)
	}
	v := overlay{}
	for from, to := range file.Replace {
		if to != "" {
			to = absolute(dir, to)
		}
		v[absolute(dir, from)] = stand{file: to}
	}
	return v, nil
}
