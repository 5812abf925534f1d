package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// A reply is an answer of the emulator.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// get asks s with the demo key.
func get(t *testing.T, s *emulator.Server, path, query string) reply {
	t.Helper()
	return send(t, s, "GET", path+"?"+query, emulator.DemoKey, "")
}

// send asks s with a key, or none if it is empty.
func send(t *testing.T, s *emulator.Server, method, target, key, body string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://emulator"+target, strings.NewReader(body))
	require.NoError(t, err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := s.Client().Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return reply{t, response.StatusCode, response.Header, string(b)}
}

// path is that of an endpoint of a site.
func path(g emulator.Generation, endpoint string, site int) string {
	if g == emulator.Legacy {
		if endpoint == "locations" {
			endpoint = "session-locations"
		}
		return fmt.Sprintf("/api/%s/%d", endpoint, site)
	}
	if endpoint == "locations" {
		endpoint = "sessions/locations"
	}
	return fmt.Sprintf("/api/sites/%d/%s", site, endpoint)
}

// object is the body of an answer that has to be a 200.
func (r reply) object() map[string]any {
	r.t.Helper()
	require.Equal(r.t, 200, r.status, r.body)
	var o map[string]any
	require.NoError(r.t, json.Unmarshal([]byte(r.body), &o), r.body)
	return o
}

// rows are those of a list in the body.
func (r reply) rows(name string) []map[string]any {
	r.t.Helper()
	list := []map[string]any{}
	for _, row := range r.object()[name].([]any) {
		list = append(list, row.(map[string]any))
	}
	return list
}

// column is one column of all rows.
func column(rows []map[string]any, name string) []any {
	var list []any
	for _, row := range rows {
		list = append(list, row[name])
	}
	return list
}

func newRequest(t *testing.T, target string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://emulator"+target, http.NoBody)
	require.NoError(t, err)
	return r
}
