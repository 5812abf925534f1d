package reprise_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// A spy notes every request that leaves, before any server sees it.
type spy struct {
	next http.RoundTripper
	mu   sync.Mutex
	sent []*http.Request
}

func newSpy() *spy { return &spy{} }

// over puts the spy before a transport.
func (s *spy) over(next http.RoundTripper) http.RoundTripper {
	s.next = next
	return s
}

// RoundTrip notes and passes on.
func (s *spy) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.sent = append(s.sent, r)
	s.mu.Unlock()
	return s.next.RoundTrip(r)
}

func (s *spy) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

func (s *spy) addresses() []string {
	var list []string
	for _, r := range s.requests() {
		list = append(list, r.URL.String())
	}
	return list
}

// dataHosts are the hosts of data requests, each once.
func (s *spy) dataHosts() []string {
	var list []string
	for _, r := range s.requests() {
		if r.Method == http.MethodGet && !slices.Contains(list, r.URL.Host) {
			list = append(list, r.URL.Host)
		}
	}
	return list
}

// secrets are the tokens and keys that requests carried in their headers.
func (s *spy) secrets() []string {
	var list []string
	for _, r := range s.requests() {
		_, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if secret != "" && !slices.Contains(list, secret) {
			list = append(list, secret)
		}
	}
	return list
}

func contains(list []string, name string) bool { return slices.Contains(list, name) }
