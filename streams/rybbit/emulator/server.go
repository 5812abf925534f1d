package emulator

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"tap-reprise/internal/localapi"
)

// Keys that a new server knows.
const (
	DemoKey         = "rb_demo"         // a user's, with every scope
	OrganisationKey = "rb_organisation" // the organisation's, with every scope
	SessionsKey     = "rb_sessions"     // may read sessions alone; Current only
)

// A Server answers for one account. It is an http.Handler;
// [localapi.Server.Client] reaches it without a socket. [New] makes one. Set
// the fields before the first request, or in Fault while no other request is in
// flight.
type Server struct {
	// Its clock, log and faults. API and what else New sets stay as they are.
	localapi.Server

	Account *Account
	Dialect Dialect

	// Keys are the accepted ones. Every other key is none.
	Keys []Key

	answered atomic.Uint64 // answers so far: seeds the disorder
}

// New returns a server of the account's generation, its clock standing at now.
func New(a *Account, now time.Time) *Server {
	s := &Server{
		Account: a,
		Dialect: Dialect{Generation: a.Generation},
		Keys: []Key{
			{Text: DemoKey},
			{Text: OrganisationKey, OfOrganisation: true},
			{Text: SessionsKey, Scopes: []string{"sessions:read"}},
		},
	}
	s.SetNow(now)
	s.Server.API = func(c *localapi.Call) *answer { return s.withLimits(c, s.respond(c, s.key(c.Request))) }
	s.Server.Name, s.Server.Words = s.endpoint, s.words
	s.Server.Secrets = []string{"api_key"}
	return s
}

// Listen serves s on a free port of the loopback. The url has no slash at its
// end. Call stop once, to close the port and every connection.
func (s *Server) Listen() (url string, stop func(), err error) {
	l, err := localapi.Listen(0, nil)
	if err != nil {
		return "", nil, err
	}
	l.Serve(s)
	return l.URL, l.Close, nil
}

func (s *Server) generation() Generation { return s.Dialect.Generation }

// random is another source of chance for every answer.
func (s *Server) random() *rand.Rand {
	return rand.New(rand.NewPCG(s.answered.Add(1), 0x7279626269740001))
}

// answer is v as JSON, as the server's router sends it: without a line feed.
func (s *Server) answer(status int, v object, rows int) *answer {
	a := s.text(status, appendJSON(nil, v))
	a.Rows = rows
	return a
}

func (s *Server) text(status int, body []byte) *answer {
	a := localapi.Text(status, localapi.ContentTypeJSON, string(body)).With("Vary", "Origin")
	if s.generation() == Legacy {
		a.With("Access-Control-Allow-Credentials", "true")
	}
	return a
}

// refuse is {"error": words}, as the API itself refuses.
func (s *Server) refuse(status int, words string) *answer {
	return s.answer(status, object{{"error", words}}, 0)
}

// crashed is what the router says of an error that the API did not catch.
func (s *Server) crashed(words string) *answer {
	return s.answer(http.StatusInternalServerError, object{
		{"statusCode", 500}, {"error", "Internal Server Error"}, {"message", words},
	}, 0)
}

// failed is the answer to everything that ClickHouse refuses.
func (s *Server) failed(r *request) *answer {
	noun := map[string]string{
		"sessions": "sessions", "session_events": "session data", "session_locations": "session locations",
		"users": "users", "events": "events",
	}[r.route.name]
	return s.refuse(http.StatusInternalServerError, "Failed to fetch "+noun)
}

// unmodelled refuses what the real server answers and the emulator cannot.
func (s *Server) unmodelled(what string) *answer {
	return s.refuse(http.StatusNotImplemented, "the emulator does not model "+what)
}

// wrongWindow is the refusal of a window.
func (s *Server) wrongWindow(r *request, wrong *windowError) *answer {
	if wrong.failed {
		return s.failed(r)
	}
	return s.refuse(http.StatusBadRequest, strings.Join(wrong.refused, "; "))
}

// words answers with what the server, or a proxy before it, says of a status.
func (s *Server) words(c *localapi.Call, status int) *answer {
	switch status {
	case http.StatusUnauthorized:
		return s.refuse(status, "Unauthorized")
	case http.StatusForbidden:
		return s.refuse(status, "Forbidden")
	case http.StatusTooManyRequests:
		return s.refuse(status, "Rate limit exceeded")
	case http.StatusInternalServerError:
		return s.failed(&request{route: &route{name: c.Name}})
	}
	return localapi.Refuse(status)
}
