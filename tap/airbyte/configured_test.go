package airbyte

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAirbyteModes(t *testing.T) {
	for name, c := range map[string]struct {
		mode, into string // JSON; "" leaves the key out
		want       string // "incremental" or "full_refresh", with "?" where it is a guess
		err        string
	}{
		"incremental":                       {`"incremental"`, `"append_dedup"`, "incremental", ""},
		"full refresh":                      {`"full_refresh"`, `"overwrite"`, "full_refresh", ""},
		"in capitals":                       {`"FULL_REFRESH"`, `"OVERWRITE"`, "full_refresh", ""},
		"no destination's mode":             {`"incremental"`, ``, "incremental", ""},
		"a destination's mode to come":      {`"incremental"`, `"merge"`, "incremental", ""},
		"a mode to come, adding":            {`"cdc"`, `"append"`, "incremental?", ""},
		"a mode to come, overwriting":       {`"cdc"`, `"overwrite_dedup"`, "full_refresh?", ""},
		"no mode, adding":                   {``, `"append"`, "incremental?", ""},
		"no mode, overwriting":              {`null`, `"overwrite"`, "full_refresh?", ""},
		"neither":                           {``, ``, "incremental?", ""},
		"null for both":                     {`null`, `null`, "incremental?", ""},
		"neither is of this protocol":       {`"INVALID"`, `"INVALID"`, "", "neither its sync_mode nor its destination_sync_mode is known"},
		"a mode that is a number":           {`7`, `"append"`, "", "sync_mode: want text, got number"},
		"a destination's mode that is none": {`"incremental"`, `{}`, "", "destination_sync_mode: want text, got object"},
	} {
		t.Run(name, func(t *testing.T) {
			stream := []string{`"stream":{"name":"events"}`}
			if c.mode != "" {
				stream = append(stream, `"sync_mode":`+c.mode)
			}
			if c.into != "" {
				stream = append(stream, `"destination_sync_mode":`+c.into)
			}
			list, err := parseConfigured([]byte(`{"streams":[{` + strings.Join(stream, ",") + `}]}`))
			if c.err != "" {
				require.EqualError(t, err, "is not a configured catalog: stream 1: "+c.err)
				return
			}
			require.NoError(t, err)
			got := modeName(list[0].refresh)
			if list[0].doubt != "" {
				got += "?"
			}
			require.Equal(t, c.want, got)
		})
	}
}

// FuzzAirbyteCatalog: no document panics.
func FuzzAirbyteCatalog(f *testing.F) {
	f.Add([]byte(`{"streams":[{"stream":{"name":"events","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":"append_dedup"},
		{"stream":{"name":"empty","json_schema":{"properties":{}}},"sync_mode":"full_refresh","destination_sync_mode":"overwrite"}]}`))
	f.Add([]byte(`{"streams":[{"stream":{"name":"e","json_schema":{"properties":{"a":{"type":["string"]}}}},"sync_mode":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parseConfigured(data)
		require.True(t, err != nil || list != nil)
	})
}
