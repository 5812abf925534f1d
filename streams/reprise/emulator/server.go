package emulator

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"tap-reprise/internal/localapi"
)

// Keys that a new server knows.
const (
	DemoKey     = "rprswh_demo"     // accepted
	NoAccessKey = "rprswh_noaccess" // 403 api_access_not_enabled
)

// TokenPath is where an API key is exchanged for a token (section 1).
const TokenPath = "/api/warehouse/token"

// A Server answers for one account. It is an http.Handler;
// [localapi.Server.Client] reaches it without a socket. [New] makes one. Set
// the fields before the first request, or in Fault while no other request is in
// flight. A socket orders nothing for the race detector: behind one, change
// what Fault returns, not the field.
type Server struct {
	// Its clock, log and faults. API and what else New sets stay as they are.
	localapi.Server

	Account *Account

	// Key is the accepted API key, NoAccess one whose account has no Data API
	// access. Every other key is refused as revoked.
	Key, NoAccess string

	Dialect Dialect

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

	// APIURL is the root of the data endpoints that the token answer points
	// at, without a slash at its end. Listen sets it.
	APIURL string

	mu       sync.Mutex
	minted   int // tokens issued
	revoked  int // tokens up to this number are dead
	answered int // data answers computed: picks the replica, seeds the shuffles
}

// New returns a server for a that accepts [DemoKey], its clock standing at now.
func New(a *Account, now time.Time) *Server {
	s := &Server{
		Account:  a,
		Key:      DemoKey,
		NoAccess: NoAccessKey,
		APIURL:   "https://api.us-east.tinybird.co",
	}
	s.SetNow(now)
	s.Server.API, s.Server.Name, s.Server.Words, s.Server.Date = s.answer, pipeName, failure, s.date
	s.Server.Secrets = []string{"token"}
	return s
}

// Listen serves s on a free port of the loopback and makes token answers point
// there. The url has no slash at its end; the token endpoint is url +
// [TokenPath]. Call stop once, to close the port and every connection.
func (s *Server) Listen() (url string, stop func(), err error) {
	l, err := localapi.Listen(0, nil)
	if err != nil {
		return "", nil, err
	}
	s.APIURL = l.URL
	l.Serve(s)
	return l.URL, l.Close, nil
}

// A Request is one line of the server's log.
type Request struct {
	localapi.Request
	Pipe string // "" for the token endpoint
}

// Requests returns a copy of the log: see [localapi.Server.Requests].
func (s *Server) Requests() []Request {
	log := s.Server.Requests()
	lines := make([]Request, len(log))
	for i, line := range log {
		lines[i] = Request{line, line.Name}
	}
	return lines
}

func (s *Server) answer(c *localapi.Call) *localapi.Answer {
	if c.URL.Path == TokenPath {
		return s.token(c.Request)
	}
	return s.data(c)
}

// date is what the Date header says.
func (s *Server) date() time.Time {
	if s.Dialect.NoDate {
		return time.Time{}
	}
	return s.Now().Add(s.Dialect.DateOffset)
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

// refuse is an error answer: {"error": message}.
func refuse(status int, message string) *localapi.Answer {
	return localapi.JSON(status, map[string]string{"error": message})
}

// failure answers with the words that the API, or the proxy before it, has for a status.
func failure(c *localapi.Call, status int) *localapi.Answer {
	token := c.URL.Path == TokenPath
	switch {
	case token && status == http.StatusUnauthorized:
		return refuse(status, "invalid_or_revoked_key")
	case token && status == http.StatusForbidden:
		return refuse(status, "api_access_not_enabled")
	case token && status == http.StatusServiceUnavailable:
		return refuse(status, "warehouse_jwt_not_configured")
	case status == http.StatusForbidden:
		return refuse(status, "Invalid authentication token: expired")
	case status == http.StatusRequestTimeout:
		return refuse(status, timeoutText)
	case status == http.StatusRequestEntityTooLarge:
		return refuse(status, tooLargeText)
	case status == http.StatusTooManyRequests:
		return refuse(status, rateText)
	}
	return localapi.Refuse(status)
}
