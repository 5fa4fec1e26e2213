package site

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// nasty adds handlers that do what few do.
func nasty(m *http.ServeMux) {
	m.HandleFunc("/empty", func(w http.ResponseWriter, r *http.Request) {})
	m.HandleFunc("/part", part)
	m.HandleFunc("/late", late)
	m.HandleFunc("/switch", switchTo)
	m.HandleFunc("/101", func(w http.ResponseWriter, r *http.Request) {
		upgrade(w)
		_, err := io.WriteString(w, "no body")
		w.Header().Set("X-Err", fmt.Sprint(err))
	})
	m.HandleFunc("/unset", func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		for k := range r.Form {
			w.Header()[k] = nil
		}
		io.WriteString(w, "unset")
	})
	m.HandleFunc("/abort", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("n"))
		io.WriteString(w, "begun")
		w.Write([]byte(strings.Repeat("x", n)))
		if r.FormValue("flush") != "" {
			http.NewResponseController(w).Flush()
		}
		panic(http.ErrAbortHandler)
	})
	m.HandleFunc("/answered", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		p, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q %v", p, err)
	})
	m.HandleFunc("/shut", func(w http.ResponseWriter, r *http.Request) {
		closed := r.Body.Close()
		n, err := r.Body.Read(make([]byte, 10))
		fmt.Fprint(w, closed, n, err)
	})
	m.HandleFunc("/100", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-A", "1")
		w.WriteHeader(http.StatusContinue)
		p, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q %v", p, err)
	})
	m.HandleFunc("/flushed", func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		w.Header().Set("X-Late", "no")
		w.Header().Set(http.TrailerPrefix+"X-Late", "yes")
	})
	m.HandleFunc("/written-hijack", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "lost")
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			io.WriteString(c, "own")
			c.Close()
		}
	})
	m.HandleFunc("/bytes", func(w http.ResponseWriter, r *http.Request) {
		p := make([]byte, 3)
		for {
			n, err := r.Body.Read(p)
			fmt.Fprintf(w, "%q", p[:n])
			if err != nil {
				fmt.Fprintln(w, err)
				return
			}
		}
	})
	m.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			p, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%q %v\n", p, err)
		}
	})
	m.HandleFunc("/duplex", func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		err := c.EnableFullDuplex()
		fmt.Fprintln(w, err, c.Flush())
		p, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q %v", p, err)
	})
	m.HandleFunc("/mutate", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-A", "before")
		w.WriteHeader(http.StatusTeapot)
		w.Header().Set("X-A", "after")
		w.Header().Set("Content-Length", "3")
		w.WriteHeader(http.StatusOK)
		io.WriteString(w, "tea pot")
	})
	m.HandleFunc("/limited-form", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 10)
		err := r.ParseForm()
		fmt.Fprint(w, err, r.Form)
	})
	m.HandleFunc("/parts", func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseMultipartForm(3) // the file is one
		_, h, found := r.FormFile("f")
		fmt.Fprint(w, err, r.FormValue("q"), h.Size, found)
	})
	m.HandleFunc("/limited", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 10)
		p, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q %v", p, err)
	})
}

// part reads some bytes of the body.
func part(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	p := make([]byte, n)
	n, err := io.ReadFull(r.Body, p)
	fmt.Fprintf(w, "%q %v", p[:n], err)
}

// late reads the body after the header was sent.
func late(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte(strings.Repeat("x", 3000)))
	p, err := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%d %v", len(p), err)
}

func upgrade(w http.ResponseWriter) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "test")
	w.WriteHeader(http.StatusSwitchingProtocols)
}

// switchTo does what many a websocket library does.
func switchTo(w http.ResponseWriter, r *http.Request) {
	upgrade(w)
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	line, err := rw.ReadString('\n')
	fmt.Fprintf(c, "%q %v", line, err)
	c.Close()
}
