package reprise

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
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
				return configError(fmt.Errorf("config: %s: item %d looks like an API key or the salt", key, i+1),
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
func (s *Source) warnUnheard(ctx context.Context, t *table) {
	if t.unnamed == nil || s.config.start.After(s.conn.now()) {
		return
	}
	r := s.inquirer(t)
	param, names := t.unnamed(s.config)
	for _, name := range names[:min(maxTypesAsked, len(names))] {
		q := r.since(s.config.start.UnixMicro()).with(param, name)
		p, err := r.ask(ctx, q.page(1, 0))
		if err != nil {
			return
		}
		if len(p.Rows) == 0 {
			r.log.Warn("no row since start_date is of this kind; is it misspelled?", param, name, "known", strings.Join(activityTypes, ", "))
		}
		r.pages.Put(p)
	}
}

// inquirer is a reader for questions about a pipe, whose rows are not written.
func (s *Source) inquirer(t *table) *reader {
	r := s.reader(tap.Stream{Name: t.name})
	r.planner.quiet = true
	r.decoder = &rows.Decoder{Plan: func([]rows.Meta) (*rows.Plan, error) { return &rows.Plan{}, nil }}
	return r
}

// since asks for everything from a moment up to now.
func (r *reader) since(at int64) query {
	end := max(at, r.conn.now().UnixMicro()) + ledger.Second
	return r.base().with("start_timestamp", stamp(at)).with("end_timestamp", stamp(end))
}
