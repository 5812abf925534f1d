package localapi

import (
	"net/url"
	"slices"
	"time"
)

// A Request is one line of a server's log. It holds no header and no query
// parameter that is a secret.
type Request struct {
	Method string
	Path   string
	Name   string // of the data endpoint, "" for any other path
	Query  url.Values
	Sent   []byte    // the request's body
	At     time.Time // server's clock when it arrived
	Status int       // 0 while it runs, and after a reset
	Rows   int       // rows in the answer, before any cut
}

// Requests returns a copy of the log, in the order of arrival. The request
// that is being served when Fault runs is already its last line. What Query
// and Sent hold must not be changed.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := make([]Request, len(s.log))
	for i, line := range s.log {
		lines[i] = *line
	}
	return lines
}

// ResetRequests empties the log.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// begin opens a line of the log.
func (s *Server) begin(c *Call) *Request {
	q := c.URL.Query()
	for name := range q {
		if slices.Contains(s.Secrets, name) {
			q.Del(name)
		}
	}
	line := &Request{Method: c.Method, Path: c.URL.Path, Name: c.Name, Query: q, Sent: c.Sent, At: s.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, line)
	return line
}

func (s *Server) end(line *Request, a *Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line.Status, line.Rows = a.Status, a.Rows
}
