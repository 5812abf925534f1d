package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"tap-reprise/internal/localapi"
)

type answer = localapi.Answer

// A route is a path of one generation.
type route struct {
	name    string // of the data endpoint, "" for what holds no data
	method  string
	path    string // parts that begin with : are given by the request
	scope   string
	respond func(*Server, *request) *answer
}

// routes are those of each generation. The first that fits is taken.
var routes = map[Generation][]route{
	Legacy: {
		{"sessions", "GET", "/api/sessions/:site", "sessions:read", sessions},
		{"session_events", "GET", "/api/sessions/:session/:site", "sessions:read", sessionEvents},
		{"session_locations", "GET", "/api/session-locations/:site", "sessions:read", sessionLocations},
		{"users", "GET", "/api/users/:site", "users:read", users},
		{"events", "GET", "/api/events/:site", "events:read", events},
		{"sites", "GET", "/api/organizations/:org/sites", "org:read", sites},
		{"", "GET", "/api/user/organizations", "", unauthorized},
	},
	Current: {
		{"sessions", "GET", "/api/sites/:site/sessions", "sessions:read", sessions},
		{"session_locations", "GET", "/api/sites/:site/sessions/locations", "sessions:read", sessionLocations},
		{"session_events", "GET", "/api/sites/:site/sessions/:session", "sessions:read", sessionEvents},
		{"users", "GET", "/api/sites/:site/users", "users:read", users},
		{"events", "GET", "/api/sites/:site/events", "events:read", events},
		{"sites", "GET", "/api/organizations/:org/sites", "org:read", sites},
		{"site", "GET", "/api/sites/:site", "sites:read", oneSite},
		{"query", "POST", "/api/organizations/:org/analytics/query", "sql:read", query},
		{"", "GET", "/api/organizations", "", organizations},
		{"", "GET", "/api/user/organizations", "", unauthorized},
		{"", "GET", "/api/version", "", version},
	},
}

// A request is one on its way through a route.
type request struct {
	call         *localapi.Call
	route        *route
	q            url.Values
	key          *Key  // nil for none that is good
	site         *Site // of paths with :site
	organisation string
	session      string
	view         *view // of the events list
}

// fits returns what a path gives for the parts of a route.
func (r *route) fits(path string) (given map[string]string, ok bool) {
	parts, wanted := strings.Split(path, "/"), strings.Split(r.path, "/")
	if len(parts) != len(wanted) {
		return nil, false
	}
	given = map[string]string{}
	for i, part := range parts {
		if name, isGiven := strings.CutPrefix(wanted[i], ":"); isGiven {
			given[name] = part
		} else if part != wanted[i] {
			return nil, false
		}
	}
	return given, true
}

// find is the route of a path, nil if there is none.
func (s *Server) find(method, path string) (*route, map[string]string) {
	list := routes[s.generation()]
	for i := range list {
		if given, ok := list[i].fits(path); ok && (method == "" || method == list[i].method) {
			return &list[i], given
		}
	}
	return nil, nil
}

// endpoint is the name of the data endpoint that a path leads to.
func (s *Server) endpoint(path string) string {
	if r, _ := s.find("", path); r != nil {
		return r.name
	}
	return ""
}

// respond answers a call whose key is good, or is none.
func (s *Server) respond(c *localapi.Call, key *Key) *answer {
	found, given := s.find(c.Method, c.URL.Path)
	if found == nil {
		return s.answer(http.StatusNotFound, object{
			{"message", "Route " + c.Method + ":" + c.URL.RequestURI() + " not found"},
			{"error", "Not Found"}, {"statusCode", 404},
		}, 0)
	}
	r := &request{call: c, route: found, q: c.URL.Query(), key: key, session: given["session"], organisation: given["org"]}
	if name, hasSite := given["site"]; hasSite {
		site, wrong := s.site(name)
		if wrong != nil {
			return wrong
		}
		r.site = site
	}
	if r.site != nil || r.organisation != "" {
		if refusal := s.mayNot(r); refusal != nil {
			return refusal
		}
	}
	return found.respond(s, r)
}

// unauthorized is /api/user/organizations: it refuses a good key, too.
func unauthorized(s *Server, _ *request) *answer {
	return s.refuse(http.StatusUnauthorized, "Unauthorized")
}

// version is /api/version, which needs no key.
func version(s *Server, _ *request) *answer {
	return s.answer(http.StatusOK, object{{"version", s.generation().Version()}}, 0)
}
