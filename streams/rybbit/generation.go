package rybbit

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"tap-reprise/internal/api"
	"tap-reprise/internal/stretch"
)

// A generation is which paths a server has. Servers up to the end of 2025 are legacy;
// the vendor's page shows their paths.
type generation int

const (
	unknown generation = iota
	legacy
	current
)

// The endpoints that are asked, by the names that queries have for them.
const (
	atSessions  = "sessions"
	atSession   = "session"
	atLocations = "locations"
	atUsers     = "users"
	atOrgSites  = "organization sites"
	atOrgs      = "organizations"
	atSite      = "site"
)

// paths are where each generation has its endpoints. :part is a site or an
// organisation, and :id a session.
var paths = map[generation]map[string]string{
	legacy: {
		atSessions: "/sessions/:part", atSession: "/sessions/:id/:part", atLocations: "/session-locations/:part",
		atUsers: "/users/:part", atOrgSites: "/organizations/:part/sites",
	},
	current: {
		atSessions: "/sites/:part/sessions", atSession: "/sites/:part/sessions/:id", atLocations: "/sites/:part/sessions/locations",
		atUsers: "/sites/:part/users", atOrgSites: "/organizations/:part/sites",
		atOrgs: "/organizations", atSite: "/sites/:part",
	},
}

// idParam is the parameter of a query that stands in the path, as :id.
const idParam = ":id"

// path is where q is asked, with its parameters.
func (g generation) path(q stretch.Query) string {
	path := strings.NewReplacer(":part", url.PathEscape(q.Part), ":id", url.PathEscape(q.Values.Get(idParam))).Replace(paths[g][q.Endpoint])
	values := url.Values{}
	for name, list := range q.Values {
		if name != idParam {
			values[name] = list
		}
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	return "/api" + path
}

// learnGeneration finds out which paths the server has, once. A path of current
// servers is one that legacy ones do not know, and say so: "Route …". An answer that
// both may give, such as a refusal, is settled by the legacy path.
func (c *connection) learnGeneration(ctx context.Context) error {
	if c.generation != unknown {
		return nil
	}
	for _, g := range []generation{current, legacy} {
		c.generation = g
		knows, err := c.knowsPaths(ctx)
		if err != nil {
			c.generation = unknown
			return err
		}
		switch {
		case knows == yes:
			return nil
		case knows == no:
			c.generation = current + legacy - g // the other
			return nil
		}
	}
	return nil // it refuses both: a legacy server may, where a key asks too often
}

// A certainty is whether a server has a path.
type certainty int

const (
	perhaps certainty = iota
	yes
	no
)

// knowsPaths asks whether the server has the paths of c.generation.
func (c *connection) knowsPaths(ctx context.Context) (knows certainty, err error) {
	site := "1"
	if len(c.config.Sites) > 0 {
		site = c.config.Sites[0]
	}
	err = c.client.Insist(ctx, api.Tries{}, func() error {
		err := c.send(ctx, stretch.Query{Endpoint: atSessions, Part: site, Limit: 1, Cheap: true, Values: url.Values{
			"start_date": {c.config.start.Format(day)}, "end_date": {c.config.start.Format(day)}, "time_zone": {"UTC"}}},
			func(a *api.Answer) error { _, err := a.Object(); return err })
		knows = perhaps
		var e *api.Error
		switch {
		case err == nil:
			knows = yes
		case !errors.As(err, &e):
			return err
		case e.Status == http.StatusNotFound && strings.HasPrefix(e.Words.String(), "Route "):
			knows = no
		case e.Status == http.StatusNotFound && e.Words.String() == "Site not found":
			knows = yes
		case e.Status == http.StatusNotFound: // nothing that the API says: cut off, or another's
			e.Kind = api.Broken
			return e
		case e.Status < http.StatusBadRequest || e.Fault() == api.Server || e.Fault() == api.Stranger || e.Fault() == api.Way:
			return err
		}
		return nil
	})
	return knows, err
}
