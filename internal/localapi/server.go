package localapi

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A Server is a fake API but for what the API says. It is an http.Handler;
// [Server.Client] reaches it without a socket. A fake embeds it and sets API.
//
// Set the fields before the first request, or in Fault while no other request
// is in flight. A socket orders nothing for the race detector: behind one,
// change what Fault returns, not the field.
type Server struct {
	Clock

	// API answers a request, on the goroutine of the request.
	API func(c *Call) *Answer

	// Name is the name of the data endpoint that a path leads to, "" if it
	// leads to none. Only requests with a name are counted as in flight and
	// by limits that have no Key. Nil: every path is its own name.
	Name func(path string) string

	// Fault, if set, is called for every request before it is answered, on
	// the goroutine of the request. It may read the body, move the clock and
	// edit the account. Nil, or a nil answer, means behave.
	Fault func(r *http.Request) *Fault

	// Words answers with what the API, or a proxy before it, says of a status.
	// It serves a Fault that has a Status and no Body. Nil: see [Refuse].
	Words func(c *Call, status int) *Answer

	// Limits refuse requests that come too often; every request has to pass
	// all of them. Refused answers such a request; nil: a 429 that says in
	// Retry-After how many seconds to wait.
	Limits  []Limit
	Refused func(c *Call, r Refusal) *Answer

	// Date is the time in the Date header; the zero time leaves the header
	// out. Nil: the clock's time.
	Date func() time.Time

	// Secrets are the query parameters that the log leaves out.
	Secrets []string

	// MaxSent is how many bytes a request may send before it is answered 413;
	// 0: 64 MiB.
	MaxSent int64

	mu       sync.Mutex
	log      []*Request
	tallies  map[tallyKey]*tally
	cache    map[string]cached
	inFlight atomic.Int32
}

// A Call is one request on its way to its answer.
type Call struct {
	*http.Request
	Name string // of the data endpoint, "" for any other path
	Sent []byte // the request's body; Body reads it once more
	Own  any    // what the request's Fault wants of the API itself
}

const defaultMaxSent = 64 << 20

// ServeHTTP answers one request. It panics with http.ErrAbortHandler where the
// connection is to be broken, as net/http asks of a handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, sent := s.received(r)
	c := &Call{Request: r, Name: s.nameOf(r.URL.Path), Sent: sent}
	line := s.begin(c)
	if c.Name != "" {
		s.inFlight.Add(1)
		defer s.inFlight.Add(-1)
	}
	f := s.fault(r)
	c.Own = f.Own
	if f.Stall > 0 && f.StallAt == 0 && !pause(r.Context(), f.Stall) {
		panic(http.ErrAbortHandler)
	}
	if f.Reset {
		reset(w)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent)) // Fault may have read it
	a := s.answer(c, f)
	s.end(line, a)
	s.deliver(w, r, a, f)
}

// received is r with its body in memory.
func (s *Server) received(r *http.Request) (*http.Request, []byte) {
	r = r.WithContext(r.Context())
	if r.Body == nil || r.Body == http.NoBody {
		r.Body = http.NoBody
		return r, nil
	}
	sent, err := io.ReadAll(io.LimitReader(r.Body, cmp.Or(s.MaxSent, defaultMaxSent)+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	return r, sent
}

// InFlight is how many requests for data are being answered, until the last
// byte of their answers is out. Inside API it counts the request itself.
func (s *Server) InFlight() int { return int(s.inFlight.Load()) }

func (s *Server) nameOf(path string) string {
	if s.Name == nil {
		return path
	}
	return s.Name(path)
}

func (s *Server) fault(r *http.Request) *Fault {
	if s.Fault != nil {
		if f := s.Fault(r); f != nil {
			return f
		}
	}
	return &Fault{}
}

// answer is the fault's, the limits' or the API's.
func (s *Server) answer(c *Call, f *Fault) *Answer {
	if a := f.answer(); a != nil {
		return a
	}
	if f.Status != 0 {
		if s.Words != nil {
			return s.Words(c, f.Status)
		}
		return Refuse(f.Status)
	}
	if int64(len(c.Sent)) > cmp.Or(s.MaxSent, defaultMaxSent) {
		return s.tooMuch(c)
	}
	if r, ok := s.count(c); !ok {
		if s.Refused != nil {
			return s.Refused(c, r)
		}
		return Refuse(http.StatusTooManyRequests).With("Retry-After", r.Seconds())
	}
	return s.API(c)
}

func (s *Server) tooMuch(c *Call) *Answer {
	if s.Words != nil {
		return s.Words(c, http.StatusRequestEntityTooLarge)
	}
	return Refuse(http.StatusRequestEntityTooLarge)
}
