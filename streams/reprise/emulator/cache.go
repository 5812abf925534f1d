package emulator

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A stored answer waits in the cache.
type stored struct {
	answer *answer
	body   []byte
	at     time.Time
}

// cached answers from the cache where the dialect has one and holds it.
//
// Behaviour: assumed, the page says nothing of caches. A repeated answer
// carries its Age in seconds, as HTTP asks (RFC 9111, section 5.1).
func (s *Server) cached(r *http.Request, compute func() *answer) *answer {
	life := s.Dialect.CacheFor
	if life <= 0 {
		return compute()
	}
	key := r.URL.Path + "?" + r.URL.RawQuery
	s.mu.Lock()
	old, ok := s.cache[key]
	s.mu.Unlock()
	age := s.Now().Sub(old.at)
	fresh := !s.Dialect.CacheStubborn && strings.Contains(r.Header.Get("Cache-Control"), "no-cache")
	if ok && !fresh && age >= 0 && age < life {
		a := *old.answer
		a.header = a.header.Clone()
		return a.from(old.body).with("Age", strconv.Itoa(int(age.Seconds())))
	}
	return s.store(key, compute())
}

// store keeps a good answer for later.
func (s *Server) store(key string, a *answer) *answer {
	if a.status != http.StatusOK {
		return a
	}
	var b bytes.Buffer
	if err := a.body(&b); err != nil {
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil {
		s.cache = map[string]stored{}
	}
	s.cache[key] = stored{a, b.Bytes(), s.now}
	return a.from(b.Bytes())
}

// from is a with the given body.
func (a *answer) from(body []byte) *answer {
	c := *a
	c.size = int64(len(body))
	c.body = func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}
	return &c
}
