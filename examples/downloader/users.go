package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// User is whose photos are downloaded, and how that ended.
type User struct {
	Name, Password string
	Server         string
	Folder         string // for the photos
	Err            error
}

// Photo is one photo of a user.
type Photo struct {
	Name string
	Sum  string // SHA-256 in hex
	Data []byte
}

// Check compares what was received with what the server announced.
func (p *Photo) Check() error {
	sum := sha256.Sum256(p.Data)
	if got := hex.EncodeToString(sum[:]); got != p.Sum {
		return fmt.Errorf("SHA-256 is %s, want %s", got, p.Sum)
	}
	return nil
}

// saved counts the photos that were saved, for the progress bar.
var saved atomic.Int64

// users is what getUsers returns.
var users []*User

func getUsers() []*User { return users }

// makeUsers makes n users who keep their photos in folders under dir.
func makeUsers(n int, server, dir string) []*User {
	us := make([]*User, n)
	for i := range us {
		name := fmt.Sprintf("user%04d", i)
		us[i] = &User{Name: name, Password: "secret of " + name, Server: server, Folder: filepath.Join(dir, name)}
	}
	return us
}

// parsePhotos reads a list of photos, a name and a sum a line.
func parsePhotos(list []byte) ([]*Photo, error) {
	var photos []*Photo
	for line := range bytes.Lines(list) {
		name, sum, ok := strings.Cut(strings.TrimSpace(string(line)), " ")
		if !ok || name != filepath.Base(name) {
			return nil, fmt.Errorf("malformed line %q", line)
		}
		photos = append(photos, &Photo{Name: name, Sum: sum})
	}
	return photos, nil
}
