package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

type server struct {
	album *album
	delay time.Duration

	refuse, truncate, corrupt string
	dieAfter                  int64 // photos; 0: never
	sent                      atomic.Int64
	exit                      func(code int)
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", s.delayed(s.login))
	mux.HandleFunc("GET /photos", s.delayed(authenticated(s.list)))
	mux.HandleFunc("GET /photos/{name}", s.delayed(authenticated(s.photo)))
	mux.HandleFunc("GET /manifest", s.manifest)
	return mux
}

func (s *server) delayed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(s.delay)
		next(w, r)
	}
}

// secret signs the tokens.
var secret = []byte("not much of a secret")

func sign(user string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(user))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	in := bufio.NewScanner(r.Body)
	in.Scan()
	user := in.Text()
	in.Scan()
	if !s.album.has(user) || in.Text() != "secret of "+user || user == s.refuse {
		http.Error(w, "wrong user or password", http.StatusForbidden)
		return
	}
	answer(w, []byte(user+"."+sign(user)))
}

// authenticated finds the user of a request's token.
func authenticated(next func(w http.ResponseWriter, r *http.Request, user string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		user, mac, _ := strings.Cut(token, ".")
		if !hmac.Equal([]byte(mac), []byte(sign(user))) {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		next(w, r, user)
	}
}

func (s *server) list(w http.ResponseWriter, _ *http.Request, user string) {
	var b bytes.Buffer
	for _, p := range s.album.photos[user] {
		b.WriteString(p.name + " " + p.sum + "\n")
	}
	answer(w, b.Bytes())
}

func (s *server) photo(w http.ResponseWriter, r *http.Request, user string) {
	p := s.album.find(user, r.PathValue("name"))
	if p == nil {
		http.NotFound(w, r)
		return
	}
	if n := s.sent.Add(1); s.dieAfter > 0 && n > s.dieAfter {
		s.exit(1)
	}
	w.Header().Set("Content-Type", "image/png")
	switch user + "/" + p.name {
	case s.truncate:
		w.Header().Set("Content-Length", strconv.Itoa(len(p.data)))
		_, _ = w.Write(p.data[:len(p.data)/2]) // the connection breaks off anyway
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case s.corrupt:
		bad := bytes.Clone(p.data)
		bad[len(bad)/2] ^= 1
		answer(w, bad)
	default:
		answer(w, p.data)
	}
}

func (s *server) manifest(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	for _, user := range s.album.users {
		for _, p := range s.album.photos[user] {
			b.WriteString(user + "/" + p.name + " " + p.sum + "\n")
		}
	}
	answer(w, b.Bytes())
}

// answer sends a body of known length.
func answer(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // who does not read it is gone
}
