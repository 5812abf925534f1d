package localapi

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// zippers saves a megabyte of tables for every small answer.
var zippers = sync.Pool{New: func() any {
	zip, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return zip
}}

// deliver sends a through f. It panics with http.ErrAbortHandler to break the
// connection.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, a *Answer, f *Fault) {
	if f.Rewrite != nil {
		a = a.rewritten(f.Rewrite)
	}
	if f.WrongLength != 0 && a.Size < 0 {
		a = a.rewritten(func(body []byte) []byte { return body })
	}
	zipped := a.Zip && f.WrongLength == 0 && offersGzip(r)
	s.headers(w.Header(), a, f, zipped)
	w.WriteHeader(a.Status)

	out := &wire{ctx: r.Context(), out: w, f: f, push: func() { flush(w) }}
	if f.WrongLength != 0 {
		out.out = &capped{w, max(0, a.Size+int64(f.WrongLength))}
	}
	var zip *gzip.Writer
	if zipped {
		zip = zippers.Get().(*gzip.Writer)
		defer zippers.Put(zip)
		zip.Reset(w)
		out.out = zip
		out.push = func() {
			if zip.Flush() == nil {
				flush(w)
			}
		}
	}
	err := a.send(out)
	var cut errCut
	if errors.As(err, &cut) {
		out.push()
		panic(http.ErrAbortHandler)
	}
	if err == nil && zip != nil {
		err = zip.Close()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
}

// headers sets those of a, the date, the length and the fault's.
func (s *Server) headers(h http.Header, a *Answer, f *Fault, zipped bool) {
	maps.Copy(h, a.Header)
	// Without an entry net/http adds the process's own date; nil keeps it off.
	h["Date"] = nil
	date := s.Now()
	if s.Date != nil {
		date = s.Date()
	}
	if !date.IsZero() {
		h.Set("Date", date.UTC().Format(http.TimeFormat))
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	} else if a.Size >= 0 && f.CutAt == 0 {
		h.Set("Content-Length", strconv.FormatInt(max(0, a.Size+int64(f.WrongLength)), 10))
	}
	if a.Zip {
		h.Set("Vary", "Accept-Encoding")
	}
	for name, values := range f.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
}

// send writes the body, and cuts at its end if it was to be cut and was not.
func (a *Answer) send(out *wire) error {
	if out.f.CutAt < 0 {
		return errCut{}
	}
	if err := a.Body(out); err != nil {
		return err
	}
	if out.f.CutAt > 0 {
		return errCut{}
	}
	return nil
}

func flush(w http.ResponseWriter) {
	http.NewResponseController(w).Flush() //nolint:errcheck // nothing to push is fine
}

// offersGzip reports whether the request accepts a gzipped answer.
func offersGzip(r *http.Request) bool {
	for offer := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if name == "gzip" && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}
