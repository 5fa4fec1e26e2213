package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// manifest asks for the sums of all photos, by "user/photo", with std's client.
func manifest(ctx context.Context, addr string) (map[string]string, error) {
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
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		sums[name] = sum
	}
	return sums, nil
}

// verify looks at the photos of all users that did not fail: each is on disk as
// the server has it, and a PNG. It returns the number of those that are.
func verify(sums map[string]string, dir string, r *result) (int, error) {
	right := 0
	var wrong []error
	for _, user := range makeUsers(r.Users, "", dir) {
		if slices.Contains(r.Failed, user.Name) {
			continue
		}
		for i := range r.perUser(sums, user) {
			photo := fmt.Sprintf("photo%d.png", i)
			if err := verifyPhoto(filepath.Join(user.Folder, photo), sums[user.Name+"/"+photo]); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", user.Name, err))
				continue
			}
			right++
		}
	}
	return right, errors.Join(wrong...)
}
