package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// photo is a photo as it is sent.
type photo struct {
	name, sum string
	data      []byte
}

// album has the photos of all users. They are made once, before the first request.
type album struct {
	users  []string
	photos map[string][]*photo
}

func newAlbum(users, photos int) (*album, error) {
	a := &album{photos: map[string][]*photo{}}
	var g errgroup.Group
	g.SetLimit(runtime.NumCPU())
	for i := range users {
		user := fmt.Sprintf("user%04d", i)
		list := make([]*photo, photos)
		a.users = append(a.users, user)
		a.photos[user] = list
		g.Go(func() error {
			for j := range list {
				var err error
				if list[j], err = newPhoto(fmt.Sprintf("photo%d.png", j), uint64(i), uint64(j)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return a, g.Wait()
}

func (a *album) has(user string) bool { return a.photos[user] != nil }

func (a *album) find(user, name string) *photo {
	for _, p := range a.photos[user] {
		if p.name == name {
			return p
		}
	}
	return nil
}

// side is a photo's width and height.
const side = 32

// encoder keeps its buffers, which cost more than the pictures.
var encoder = png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &buffers{}}

type buffers struct{ sync.Pool }

func (b *buffers) Get() *png.EncoderBuffer  { e, _ := b.Pool.Get().(*png.EncoderBuffer); return e }
func (b *buffers) Put(e *png.EncoderBuffer) { b.Pool.Put(e) }

// newPhoto draws a sky over a sea, different for each user and photo.
func newPhoto(name string, user, number uint64) (*photo, error) {
	r := rand.New(rand.NewPCG(user, number))
	horizon := side/3 + r.IntN(side/3)
	tint := uint8(r.IntN(128))
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			c := color.RGBA{tint, uint8(128 + y), 255 - tint, 255}
			if y > horizon {
				wave := uint8(r.IntN(8)) << 3
				c = color.RGBA{0, 64 + wave, tint + wave, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := encoder.Encode(&b, img); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b.Bytes())
	return &photo{name, hex.EncodeToString(sum[:]), b.Bytes()}, nil
}
