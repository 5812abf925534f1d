package rybbit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
)

// A site is one of an organisation's, as the API lists it.
type site struct {
	ID     string `json:"id"`
	Number int    `json:"siteId"`
	Public bool   `json:"public"`
	Owner  bool   `json:"isOwner"`
}

// known is what was found out about the account in this run.
type known struct {
	organizations []string
	sites         []site
}

// learn finds out which generation the server is of, and which sites there are: those
// of the organisation in the config, or of all that the key's owner is in, or those
// in the config.
func (c *connection) learn(ctx context.Context) (*known, error) {
	if c.known != nil {
		return c.known, nil
	}
	if err := c.learnGeneration(ctx); err != nil {
		return nil, err
	}
	c.source.Lookback = c.config.lookback(c.generation)
	k := &known{}
	var err error
	switch {
	case c.config.Organization != "":
		k.organizations = []string{c.config.Organization}
	case len(c.config.Sites) > 0:
		k.sites, err = c.sitesOfConfig(ctx)
	case c.generation == legacy:
		err = streams.ConfigError(errors.New("config: neither sites nor organization is given, and this server does not say which there are"),
			"give the numbers of the sites, as in Rybbit's addresses, or the id of the organization")
	default:
		k.organizations, err = c.listOrganizations(ctx)
	}
	for _, org := range k.organizations {
		var list struct{ Sites []site }
		if err == nil {
			err = c.get(ctx, stretch.Query{Endpoint: atOrgSites, Part: org}, &list)
		}
		k.sites = append(k.sites, list.Sites...)
	}
	if err == nil && len(k.organizations) > 0 {
		k.sites, err = c.wanted(k.sites)
	}
	if err != nil {
		return nil, err
	}
	c.known = k
	return k, nil
}

// get asks q, again while that may help, and reads its answer.
func (c *connection) get(ctx context.Context, q stretch.Query, into any) error {
	read := (*api.Answer).JSON
	if q.Endpoint == atOrgs {
		read = (*api.Answer).List
	}
	return c.client.Insist(ctx, api.Tries{}, func() error {
		return c.send(ctx, q, func(a *api.Answer) error {
			text, err := read(a)
			if err == nil {
				err = json.Unmarshal(text, into)
			}
			return err
		})
	})
}

// listOrganizations are those that the key's owner is in.
func (c *connection) listOrganizations(ctx context.Context) (ids []string, err error) {
	var list []struct{ ID string }
	err = c.get(ctx, stretch.Query{Endpoint: atOrgs}, &list)
	var e *api.Error
	if errors.As(err, &e) && e.Status == http.StatusUnauthorized {
		return nil, &program.Error{Code: program.ExitAuth, Err: err,
			Hint: "the key is wrong, or it is an organization's, which cannot list organizations: give organization or sites in the config"}
	}
	for _, org := range list {
		ids = append(ids, org.ID)
	}
	return ids, err
}

// sitesOfConfig are the sites that the config lists. A current server says of each
// whether the key is its owner's; a legacy one does not say.
func (c *connection) sitesOfConfig(ctx context.Context) (list []site, err error) {
	for i, name := range c.config.Sites {
		s := site{ID: name}
		if c.generation == current {
			err = c.get(ctx, stretch.Query{Endpoint: atSite, Part: name}, &s)
		}
		switch {
		case streams.Denied(err): // the scope sites:read is not needed for a number
			s, err = site{ID: name}, nil
		case err != nil:
			return nil, err
		case c.generation == current && !s.Owner && s.Public:
			return nil, &program.Error{Code: program.ExitAuth, Err: fmt.Errorf("config: sites: item %d is a public site, and the key is not its owner's", i+1),
				Hint: "anybody may read a public site, so that a wrong key would not show; " + apiHints[api.BadKey]}
		case c.generation == legacy && i == 0:
			c.source.Env.Log.Warn("this server does not show whether a key is good: if a site is public, it answers with any key; give organization to have the key checked")
		}
		if s.Number == 0 {
			if s.Number, err = strconv.Atoi(name); err != nil {
				return nil, streams.ConfigError(fmt.Errorf("config: sites: item %d is not the number of a site, and this server does not tell it", i+1),
					"give the number that the site has in Rybbit's addresses, such as 12")
			}
		}
		list = appendNew(list, s)
	}
	return list, nil
}

// appendNew adds a site that is not there yet: it may have been given by number and by id.
func appendNew(list []site, s site) []site {
	if slices.ContainsFunc(list, func(t site) bool { return t.Number == s.Number }) {
		return list
	}
	return append(list, s)
}

// wanted are the sites that the config lists, of those that there are; without a list,
// all of them.
func (c *connection) wanted(all []site) ([]site, error) {
	if len(c.config.Sites) == 0 {
		return all, nil
	}
	var list []site
	for i, name := range c.config.Sites {
		at := slices.IndexFunc(all, func(s site) bool { return s.ID == name || strconv.Itoa(s.Number) == name })
		if at < 0 {
			return nil, streams.ConfigError(fmt.Errorf("config: sites: item %d is no site of the organization", i+1), "compare sites with Rybbit's list of sites")
		}
		list = appendNew(list, all[at])
	}
	return list, nil
}

// parts are the sites to read.
func (c *connection) parts(ctx context.Context) ([]streams.Part, error) {
	k, err := c.learn(ctx)
	if err != nil {
		return nil, err
	}
	var parts []streams.Part
	for _, s := range k.sites {
		number := strconv.Itoa(s.Number)
		parts = append(parts, streams.Part{Name: number, Column: siteID.Name, Value: number})
	}
	return parts, nil
}

// askSites asks for the rows of the stream sites: of organisations, or one by one.
func (c *connection) askSites(r *streams.Reader, ctx context.Context) (list []stretch.Query, err error) {
	k, err := c.learn(ctx)
	if err != nil {
		return nil, err
	}
	q := r.Base()
	for _, org := range k.organizations {
		q.Endpoint, q.Part = atOrgSites, org
		list = append(list, q)
	}
	switch {
	case len(list) > 0:
		return list, nil
	case c.generation == legacy:
		r.Log.Warn("this server lists sites by organization only, and none is given: the stream has no rows; give organization in the config")
		return nil, nil
	}
	for _, s := range k.sites {
		list = append(list, r.OneRow(stretch.Query{Endpoint: atSite, Part: strconv.Itoa(s.Number)}))
	}
	return list, nil
}

// probe asks for a row of a site, of one day.
func (c *connection) probe(r *streams.Reader) stretch.Query {
	q := r.Base().With("start_date", c.config.start.Format(day)).With("end_date", c.config.start.Format(day)).With("time_zone", "UTC")
	q.Endpoint = atSessions
	return q
}
