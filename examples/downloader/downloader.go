package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/greengen/greengen/rt"
)

//go:generate go tool greengen

//greengen:patch
func downloadPhotos(user *User) error {
	// Open a connection to the server.
	conn, err := getAuthenticatedConnection(user)
	if err != nil {
		return err
	}
	defer conn.Close()

	// Download all photos.
	photos, err := getPhotos(conn)
	if err != nil {
		return err
	}

	// Save for later display.
	return savePhotos(user, photos)
}

//greengen:patch
func downloader() {
	var pool []*rt.Greenlet
	for _, user := range getUsers() {
		g := rt.Spawn(func() { user.Err = downloadPhotos(user) })
		pool = append(pool, g)
	}
	rt.JoinAll(pool...)
}

//greengen:patch
func getAuthenticatedConnection(user *User) (*Connection, error) {
	conn, err := connect(user.Server)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	token, err := conn.Do("POST", "/login", user.Name+"\n"+user.Password)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("log in: %w", err)
	}
	conn.Token = string(token)
	return conn, nil
}

//greengen:patch
func getPhotos(conn *Connection) ([]*Photo, error) {
	list, err := conn.Do("GET", "/photos", "")
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	photos, err := parsePhotos(list)
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	for _, photo := range photos {
		photo.Data, err = conn.Do("GET", "/photos/"+photo.Name, "")
		if err != nil {
			return nil, fmt.Errorf("photo %s: %w", photo.Name, err)
		}
		if err := photo.Check(); err != nil {
			return nil, fmt.Errorf("photo %s: %w", photo.Name, err)
		}
	}
	return photos, nil
}

// Files block, whatever one does: a worker saves all photos of a user in one go.
//
//greengen:offload
func savePhotos(user *User, photos []*Photo) error {
	if err := os.MkdirAll(user.Folder, 0o755); err != nil {
		return err
	}
	for _, photo := range photos {
		if err := os.WriteFile(filepath.Join(user.Folder, photo.Name), photo.Data, 0o644); err != nil {
			return fmt.Errorf("photo %s: %w", photo.Name, err)
		}
		saved.Add(1)
	}
	return nil
}
