package schemas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// rybbit lists what the notes say about each of Rybbit's streams.
var rybbit = map[string]struct {
	keys, added []string
	clock       []string
}{
	"sites":             {keys: []string{"siteId"}},
	"sessions":          {keys: []string{"session_id"}, added: []string{"site_id"}, clock: []string{"session_end"}},
	"session_events":    {keys: []string{"session_id", "n"}, added: []string{"site_id", "session_id", "n"}},
	"session_locations": {keys: []string{"lat", "lon", "city", "country", "site_id", "window_start", "window_end"}, added: []string{"site_id", "window_start", "window_end"}},
	"users":             {keys: []string{"effective_user_id", "site_id"}, added: []string{"site_id"}},
}

func TestRybbitsTables(t *testing.T) {
	for stream, is := range rybbit {
		t.Run(stream, func(t *testing.T) {
			table, err := Read(Tables, "rybbit", stream)
			require.NoError(t, err)
			var keys, added, clock []string
			seen := map[string]bool{}
			for _, c := range table.Columns {
				require.False(t, seen[c.Name], "%s is there twice", c.Name)
				seen[c.Name] = true
				require.Regexp(t, `^[A-Za-z0-9].{10,}[^ ]\.$`, c.Description, c.Name)
				typ, known := FromMeta(c.Type)
				require.True(t, known, "%s: %s", c.Name, c.Type)
				require.False(t, typ.AsText, c.Name)
				if c.Key {
					keys = append(keys, c.Name)
				}
				if c.Added {
					added = append(added, c.Name)
				}
				if c.Clock {
					clock = append(clock, c.Name)
				}
			}
			require.Equal(t, is.keys, keys)
			require.Equal(t, is.added, added)
			require.Equal(t, is.clock, clock)
		})
	}
}
