package program

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzConfig: a config is refused in words of one line that quote no value, or
// is one that the spec takes.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{`{}`, `[]`, ``, `{"api_key":"SECRET","start_date":"2026-01-01","page_size":"1e3","poster":"yes","activity_types":"a,b"}`,
		`{"api_key":{"a":["SECRET"]},"metrics_windows":["day",7,null],"viewer_data":"SECRET"}`, `{"page_size":1e400,"concurrency":-0.0}`,
		`{"activity_types":"[\"a\",1]","poster":1,"x":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	s, err := parseSpec(rootSpec(f))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		c := config{}
		var log bytes.Buffer
		err := c.add(data)
		var out []byte
		if err == nil {
			out, err = c.settle(s, logTo(&log))
		}
		if err != nil {
			for _, e := range Flatten(err) {
				require.NotContains(t, e.Error(), "\n")
				require.NotContains(t, e.Error(), "SECRET")
				require.NotContains(t, Hint(e), "SECRET")
			}
			return
		}
		var again map[string]any
		require.NoError(t, configReader.Unmarshal(out, &again))
		require.NoError(t, s.check(again))
		second, err := config(again).settle(s, logTo(&log))
		require.NoError(t, err)
		require.Equal(t, string(out), string(second), "settling twice changes nothing")
	})
}
