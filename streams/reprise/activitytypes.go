package reprise

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"
	"tap-reprise/streams"
)

// activityTypes are the event types that the vendor's page names (section 4: parameters
// and interactions). It speaks of others without a name. So any text may be one, and
// the API answers a wrong one with no rows.
var activityTypes = []string{
	"new snapshot", "guide view", "guide button click", "guide close click", "Welcome Page", "url view",
}

// maxTypesAsked is how many unknown types a run looks for, each with a request.
const maxTypesAsked = 10

// tidyList is a list of a filter without blanks around and between its values.
func tidyList(list []string) []string {
	var out []string
	for _, value := range list {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, value)
		}
	}
	return out
}

// misplaced refuses a filter that holds a secret: filters become a part of
// URLs. The value is not quoted.
func (c *Config) misplaced() error {
	for key, list := range map[string][]string{"activity_types": c.ActivityTypes, "replay_ids": c.ReplayIDs, "link_ids": c.LinkIDs} {
		for i, value := range list {
			if strings.HasPrefix(value, "rprswh_") || value == c.APIKey || value == c.ViewerDataSalt {
				return streams.ConfigError(fmt.Errorf("config: %s: item %d looks like an API key or the salt", key, i+1),
					"give the API key as api_key")
			}
		}
	}
	return nil
}

// unnamedTypes are the types in the config that the vendor's page does not name.
func (c *Config) unnamedTypes() []string {
	var list []string
	for _, value := range c.ActivityTypes {
		for _, name := range strings.Split(value, ",") { // the API parts them so
			if !slices.Contains(activityTypes, name) && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// warnUnheard looks for rows of those filter values that the vendor's page does not
// name. It warns of each value that has none: it may be misspelled, and what was meant
// is not loaded. Call it once the API has accepted the key. Before, anything in the
// config may be the key, and must not be quoted. A request that fails is passed over
// here: the stream will meet the same error.
func (s *Source) warnUnheard(ctx context.Context, t *streams.Table) {
	unnamed := pipeOf(t.Name).unnamed
	if unnamed == nil || s.config.start.After(s.Now()) {
		return
	}
	r := s.Inquirer(t, nil)
	param, names := unnamed(s.config)
	for _, name := range names[:min(maxTypesAsked, len(names))] {
		q := s.since(r, s.config.start.UnixMicro()).With(param, name)
		p, err := r.Spans.Ask(ctx, q.Rows(1, 0))
		if err != nil {
			return
		}
		if len(p.Rows) == 0 {
			r.Log.Warn("no row since start_date is of this kind; is it misspelled?", param, name, "known", strings.Join(activityTypes, ", "))
		}
		r.Spans.Pages.Put(p)
	}
}

// since asks for everything from a moment up to now.
func (s *Source) since(r *streams.Reader, at int64) stretch.Query {
	return between(r.Base(), at, max(at, s.Now().UnixMicro())+ledger.Second)
}

// probe is a query that costs the API next to nothing, for when its rows do not
// matter. Its span is short: without one the API would have to sort all rows.
func probe(r *streams.Reader) stretch.Query {
	if r.Table.FeedFrom != nil { // it takes no start_timestamp
		return r.Base()
	}
	start := r.Source.Start.UnixMicro()
	return between(r.Base(), start, start)
}
