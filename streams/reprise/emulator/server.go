package emulator

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Keys that a new server knows.
const (
	DemoKey     = "rprswh_demo"     // accepted
	NoAccessKey = "rprswh_noaccess" // 403 api_access_not_enabled
)

// TokenPath is where an API key is exchanged for a token (section 1).
const TokenPath = "/api/warehouse/token"

// A Server answers for one account. It is an http.Handler; [Server.Client]
// reaches it without a socket. Set the fields before the first request, or in
// Fault while no other request is in flight. A socket orders nothing for the
// race detector: behind one, change what Fault returns, not the field.
type Server struct {
	Account *Account

	// Key is the accepted API key, NoAccess one whose account has no Data API
	// access. Every other key is refused as revoked.
	Key, NoAccess string

	Dialect Dialect

	// Fault, if set, is called for every request before it is answered, on
	// the goroutine of the request. Nil means behave. It may move the clock
	// and edit the account.
	Fault func(r *http.Request) *Fault

	// Unconfigured makes the token endpoint answer 503.
	Unconfigured bool

	// Fresh names pipes that are newer than the first token: that token is
	// refused there until another is issued.
	Fresh []string

	// Forbidden names pipes that no token of this account reaches.
	Forbidden []string

	// MaxInFlight, if positive, is how many data requests may run at once;
	// one more is answered 429.
	MaxInFlight int

	// Ticks makes the clock run with the process's own clock (or the bubble's,
	// under testing/synctest). It is read when the clock is.
	Ticks bool

	// APIURL is the root of the data endpoints that the token answer points
	// at, without a slash at its end. Listen sets it.
	APIURL string

	mu       sync.Mutex
	now      time.Time
	read     time.Time // process time at which now was set
	log      []*Request
	minted   int // tokens issued
	revoked  int // tokens up to this number are dead
	answered int // data answers computed: picks the replica, seeds the shuffles
	cache    map[string]stored
	inFlight atomic.Int32
}

// New returns a server for a that accepts [DemoKey], its clock standing at now.
func New(a *Account, now time.Time) *Server {
	return &Server{
		Account:  a,
		Key:      DemoKey,
		NoAccess: NoAccessKey,
		APIURL:   "https://api.us-east.tinybird.co",
		now:      now.UTC(),
		read:     time.Now(),
	}
}

// Now is the server's clock, in UTC.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Ticks {
		return s.now.Add(time.Since(s.read))
	}
	return s.now
}

// SetNow sets the server's clock.
func (s *Server) SetNow(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.read = t.UTC(), time.Now()
}

// Advance moves the server's clock by d, which may be negative.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := s.begin(r)
	if line.Pipe != "" {
		s.inFlight.Add(1)
		defer s.inFlight.Add(-1)
	}
	f := &Fault{}
	if s.Fault != nil {
		if got := s.Fault(r); got != nil {
			f = got
		}
	}
	if f.Stall > 0 && f.StallAt == 0 && !pause(r.Context(), f.Stall) {
		panic(http.ErrAbortHandler)
	}
	if f.Reset {
		reset(w)
	}
	a := f.answer(r)
	if a == nil {
		a = s.answer(r, f)
	}
	s.end(line, a)
	s.deliver(w, r, a, f)
}

func (s *Server) answer(r *http.Request, f *Fault) *answer {
	if r.URL.Path == TokenPath {
		return s.token(r)
	}
	return s.data(r, f)
}

// pipeName is the pipe that path asks for, "" if it asks for none.
func pipeName(path string) string {
	name, ok := strings.CutPrefix(path, pipesPath)
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}
