package emulator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A comparison is one of a recorded body with an answer's.
type comparison struct {
	t        *testing.T
	exchange *exchange
}

// compare holds that members, their order, types and values are the same. A
// list that was cut is compared with the answer's rows of the same keys, which
// have to be there.
func (c *comparison) compare(path string, recorded, got any) {
	c.t.Helper()
	if c.skips(path) {
		return
	}
	switch recorded := recorded.(type) {
	case ordered:
		answer, ok := got.(ordered)
		require.True(c.t, ok, "%s: an object", path)
		require.Equal(c.t, recorded.names, answer.names, path)
		for _, name := range recorded.names {
			c.compare(join(path, name), recorded.values[name], answer.values[name])
		}
	case []any:
		answer, ok := got.([]any)
		require.True(c.t, ok, "%s: a list", path)
		c.compareList(path, recorded, answer)
	default:
		require.Equal(c.t, recorded, got, path)
	}
}

func (c *comparison) compareList(path string, recorded, got []any) {
	c.t.Helper()
	name := path[strings.LastIndex(path, ".")+1:]
	cut := strings.Contains(c.exchange.Note, "[body: "+name+" cut")
	if cut {
		c.compareCount(name, len(got))
	} else {
		require.Len(c.t, got, len(recorded), path)
	}
	for i, row := range recorded {
		other := got[i]
		if key := keyOf(row); key != "" {
			other = nil
			for _, candidate := range got {
				if keyOf(candidate) == key && other == nil {
					other = candidate
				}
			}
			if other == nil && c.skips(join(path, fmt.Sprint(i))+".session_id") {
				other = got[i]
			}
			require.NotNil(c.t, other, "%s: no row %s", path, key)
			if !ties(recorded, got) && !cut {
				require.Equal(c.t, key, keyOf(got[i]), "%s: order", path)
			}
		}
		c.compare(join(path, fmt.Sprint(i)), row, other)
	}
}

// uncounted are exchanges of which the rebuilt account has too few rows: it has
// the rows that were recorded, and all of 6 October but for what they say of
// their pages and parameters.
var uncounted = map[string]string{
	"legacy-sessions-bad-date": "all history", "legacy-sessions-datetime": "all history", "legacy-sessions-no-time-zone": "all history",
	"legacy-sessions-past-minutes-reversed": "all history", "legacy-sessions-impossible-date": "half a year",
	"current-sessions-filter-pathname": "their pages", "legacy-sessions-identified": "their users", "legacy-sessions-utm-hex": "their parameters",
	"legacy-sessions-utm-long": "their parameters", "legacy-sessions-utm-numeric": "their parameters", "legacy-sessions-utm-odd": "their parameters",
	"current-sql-sessions-keyset": "another account",
}

// compareCount holds that a list that was cut had as many rows as the answer.
func (c *comparison) compareCount(name string, got int) {
	c.t.Helper()
	var from, to int
	note := c.exchange.Note[strings.Index(c.exchange.Note, "[body: "):]
	_, err := fmt.Sscanf(note, "[body: "+name+" cut from %d to %d]", &from, &to)
	require.NoError(c.t, err, note)
	if uncounted[c.exchange.name] != "" {
		require.GreaterOrEqual(c.t, got, to, note)
		return
	}
	require.Equal(c.t, from, got, note)
}

// keyOf is what tells a row from the others of its list; "" if nothing does.
func keyOf(row any) string {
	o, ok := row.(ordered)
	if !ok {
		return ""
	}
	switch {
	case o.values["effective_user_id"] != nil:
		return fmt.Sprint(o.values["effective_user_id"])
	case o.values["timestamp"] != nil && o.values["type"] != nil && o.values["user_id"] != nil:
		return fmt.Sprint(o.values["timestamp"], o.values["type"], o.values["user_id"])
	case o.values["session_id"] != nil:
		return fmt.Sprint(o.values["session_id"])
	case o.values["lat"] != nil:
		return fmt.Sprint(o.values["lat"], o.values["city"])
	}
	return ""
}

// ties reports whether rows of a list have no order among each other: places
// have none, and sessions none within a second.
func ties(recorded, got []any) bool {
	for _, list := range [][]any{recorded, got} {
		last := any(nil)
		for _, row := range list {
			o, ok := row.(ordered)
			if !ok || o.values["lat"] != nil && o.values["count"] != nil {
				return true
			}
			by := o.values["session_end"]
			if by != nil && by == last {
				return true
			}
			last = by
		}
	}
	return false
}

func (c *comparison) skips(path string) bool {
	for _, name := range []string{"", c.exchange.name} {
		if _, skip := unknowable[name][path]; skip {
			return true
		}
	}
	return false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
