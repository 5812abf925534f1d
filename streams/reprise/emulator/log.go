package emulator

import (
	"net/http"
	"net/url"
	"time"
)

// A Request is one line of the server's log.
type Request struct {
	Path   string
	Pipe   string // "" for the token endpoint
	Query  url.Values
	At     time.Time // server's clock when it arrived
	Status int       // 0 while it runs, and after a reset
	Rows   int       // rows in the answer, before any cut
}

// Requests returns a copy of the log, in the order of arrival. The request
// that is being served when Fault runs is already its last line.
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
func (s *Server) begin(r *http.Request) *Request {
	q := r.URL.Query()
	q.Del("token") // the log holds no secret
	line := &Request{Path: r.URL.Path, Pipe: pipeName(r.URL.Path), Query: q, At: s.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, line)
	return line
}

func (s *Server) end(line *Request, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line.Status, line.Rows = a.status, a.rows
}
