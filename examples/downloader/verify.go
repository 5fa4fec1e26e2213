package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifest asks for the sums of all photos by user, with std's client.
func manifest(ctx context.Context, addr string) (map[string][]*Photo, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/manifest", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	album := map[string][]*Photo{}
	for line := range strings.Lines(string(text)) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		user, photo, _ := strings.Cut(name, "/")
		album[user] = append(album[user], &Photo{Name: photo, Sum: sum})
	}
	return album, nil
}

// verify looks at the photos of all users that did not fail: each is on disk as
// the server has it, and a PNG. It returns the number of those that are.
func verify(album map[string][]*Photo, dir string, r *result) (int, error) {
	right := 0
	var wrong []error
	for _, user := range makeUsers(r.Users, "", dir) {
		if slices.Contains(r.Failed, user.Name) {
			continue
		}
		for _, photo := range album[user.Name] {
			if err := photo.verify(user.Folder); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: photo %s: %w", user.Name, photo.Name, err))
				continue
			}
			right++
		}
	}
	return right, errors.Join(wrong...)
}

func (p *Photo) verify(folder string) error {
	data, err := os.ReadFile(filepath.Join(folder, p.Name))
	if err != nil {
		return err
	}
	p.Data = data
	if err := p.Check(); err != nil {
		return err
	}
	_, err = png.Decode(bytes.NewReader(data))
	return err
}
