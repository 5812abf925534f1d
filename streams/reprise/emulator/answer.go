package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// An answer is a response that is not yet on its way.
type answer struct {
	status int
	header http.Header
	rows   int
	data   bool  // a page of rows: gzipped if offered
	size   int64 // of the body if it is known, else -1
	body   func(w io.Writer) error
}

// zippers saves a megabyte of tables for every small answer.
var zippers = sync.Pool{New: func() any {
	zip, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return zip
}}

// text is an answer whose body is a string of JSON.
func text(status int, body string) *answer {
	return &answer{
		status: status,
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		size:   int64(len(body)),
		body: func(w io.Writer) error {
			_, err := io.WriteString(w, body)
			return err
		},
	}
}

// refuse is an error answer: {"error": message}.
func refuse(status int, message string) *answer {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]string{"error": message}); err != nil {
		panic(err) // a map of strings always encodes
	}
	return text(status, b.String())
}

func (a *answer) with(name, value string) *answer {
	a.header.Set(name, value)
	return a
}

// deliver sends a through f. It panics with http.ErrAbortHandler to break the
// connection, as net/http asks of a handler.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, a *answer, f *Fault) {
	if f.Rewrite != nil {
		a = a.rewritten(f.Rewrite)
	}
	h := w.Header()
	maps.Copy(h, a.header)
	// Without an entry net/http adds the process's own date; nil keeps it off.
	h["Date"] = nil
	if !s.Dialect.NoDate {
		h.Set("Date", s.Now().Add(s.Dialect.DateOffset).UTC().Format(http.TimeFormat))
	}
	zipped := a.data && offersGzip(r)
	if zipped {
		h.Set("Content-Encoding", "gzip")
	} else if a.size >= 0 && f.CutAt == 0 {
		h.Set("Content-Length", strconv.FormatInt(a.size, 10))
	}
	if a.data {
		h.Set("Vary", "Accept-Encoding")
	}
	for name, values := range f.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(a.status)

	out := &wire{ctx: r.Context(), out: w, f: f, push: func() { flush(w) }}
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

// send writes the body, and cuts at its end if it was to be cut and was not.
func (a *answer) send(out *wire) error {
	if out.f.CutAt < 0 {
		return errCut{}
	}
	if err := a.body(out); err != nil {
		return err
	}
	if out.f.CutAt > 0 {
		return errCut{}
	}
	return nil
}

// rewritten is a with its whole body changed.
func (a *answer) rewritten(change func([]byte) []byte) *answer {
	var b bytes.Buffer
	if err := a.body(&b); err != nil {
		return a
	}
	return a.from(change(b.Bytes()))
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
