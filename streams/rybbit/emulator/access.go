package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// Keys and sites
//
// Behaviour: a key comes as "Authorization: Bearer KEY", in exactly these
// letters, or as ?api_key=KEY. A private site answers 403 to whoever has no key
// of its organisation, a public one answers anybody, whatever key is sent. A
// good key without the scope that an endpoint wants is a 403 that names it
// (Current). /api/organizations/:org/sites answers 403 without a good key.
//
// A site is a number, in any form that JavaScript reads as one, or its id of
// twelve characters. Text of more than four characters that is no site is a
// 404; a number of no site is a 403, as shorter text is on Legacy; on Current
// that is a 500.
//
// Source: recorded (*-wrong-key, *-no-key, *-unknown-*, *-insufficient-scope)
// and run. assumed: a public site answers a key without scope, too.

// A Key is an API key that the server knows.
type Key struct {
	Text string

	// Organisation that the key reaches; "" is the account's.
	Organisation string

	// OfOrganisation keys belong to the organisation, not to a user. They do
	// not list organisations. Current only.
	OfOrganisation bool

	// Scopes that the key has, such as "sessions:read"; nil is all. A Legacy
	// server knows of none.
	Scopes []string
}

// key is the good key that a request carries, nil if it carries none.
func (s *Server) key(r *http.Request) *Key {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		text = r.URL.Query().Get("api_key")
	}
	i := slices.IndexFunc(s.Keys, func(k Key) bool { return text != "" && k.Text == text })
	if i < 0 {
		return nil
	}
	return &s.Keys[i]
}

// reaches reports whether a key, or none, is one of an organisation.
func (s *Server) reaches(k *Key, organisation string) bool {
	if k == nil {
		return false
	}
	own := k.Organisation
	if own == "" {
		own = s.Account.Organisation().ID
	}
	return own == organisation
}

// mayNot is the refusal of a key for a site or an organisation; nil if there
// is none.
func (s *Server) mayNot(r *request) *answer {
	owner := r.organisation
	if r.site != nil {
		owner = r.site.Organisation
		if r.site.Public {
			return nil
		}
	}
	if !s.reaches(r.key, owner) {
		return s.refuse(http.StatusForbidden, "Forbidden")
	}
	if s.generation() == Current && r.key.Scopes != nil && !slices.Contains(r.key.Scopes, r.route.scope) {
		return s.answer(http.StatusForbidden, object{{"error", "Insufficient scope"}, {"required", r.route.scope}}, 0)
	}
	return nil
}

// site finds the site that a path names, or says how the server refuses it.
func (s *Server) site(name string) (*Site, *answer) {
	if name == "" {
		return nil, s.refuse(http.StatusBadRequest, "Site ID required")
	}
	number, isNumber := toNumber(name)
	for _, site := range s.Account.siteList() {
		if site.ID == name || isNumber && float64(site.Number) == number {
			return site, nil
		}
	}
	switch {
	case !isNumber && len(name) > 4:
		return nil, s.refuse(http.StatusNotFound, "Site not found")
	case !isNumber && s.generation() == Current:
		return nil, s.crashed("invalid input syntax for type integer: \"NaN\"") // the words are assumed
	}
	return nil, s.refuse(http.StatusForbidden, "Forbidden")
}
