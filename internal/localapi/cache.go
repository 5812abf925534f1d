package localapi

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A cached answer waits to be asked for again.
type cached struct {
	answer *Answer
	body   []byte
	at     time.Time
}

// A CacheRule says what a cache before the API does with an answer.
type CacheRule struct {
	Life     time.Duration // how long it is repeated; none keeps nothing
	Stubborn bool          // it is repeated even if the request says no-cache
}

// Cached is compute's answer, or the one that the same request (method, path,
// query and body) got less than rule.Life ago. That one has an Age in whole
// seconds (RFC 9111, section 5.1). Only a 200 is kept.
func (s *Server) Cached(c *Call, rule CacheRule, compute func() *Answer) *Answer {
	if rule.Life <= 0 {
		return compute()
	}
	key := c.Method + " " + c.URL.Path + "?" + c.URL.RawQuery + "\n" + string(c.Sent)
	s.mu.Lock()
	old, ok := s.cache[key]
	s.mu.Unlock()
	age := s.Now().Sub(old.at)
	fresh := !rule.Stubborn && strings.Contains(c.Header.Get("Cache-Control"), "no-cache")
	if ok && !fresh && age >= 0 && age < rule.Life {
		a := old.answer.from(old.body)
		a.Header = a.Header.Clone()
		return a.With("Age", strconv.Itoa(int(age.Seconds())))
	}
	return s.store(key, compute())
}

// store keeps a good answer for later.
func (s *Server) store(key string, a *Answer) *Answer {
	if a.Status != http.StatusOK {
		return a
	}
	var b bytes.Buffer
	if err := a.Body(&b); err != nil {
		return a
	}
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cache == nil {
		s.cache = map[string]cached{}
	}
	s.cache[key] = cached{a, b.Bytes(), now}
	return a.from(b.Bytes())
}
