package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// at is a moment of the tests' accounts, from the morning of their second day.
func at(d time.Duration) time.Time { return start.AddDate(0, 0, 1).Add(d) }

func stamp(t time.Time) string { return t.UTC().Format(time.DateTime) }

// sampleServer holds five days of an account with everything odd, all arrived.
func sampleServer() *Server {
	return New(NewAccount(Options{Seed: 5, Start: start, Days: 5, SessionsPerDay: 40}), start.AddDate(0, 0, 40))
}

// A reply is what a request got.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) error(t *testing.T) string {
	var e struct{ Error string }
	require.NoError(t, json.Unmarshal(r.body, &e), "%s", r.body)
	return e.Error
}

// An envelope as a client decodes it. Values stay as they were printed.
type page struct {
	Meta []struct{ Name, Type string }
	Data []map[string]json.RawMessage
	Rows int
	Rbl  *int `json:"rows_before_limit_at_least"`
}

func (r reply) page(t *testing.T) page {
	require.Equal(t, http.StatusOK, r.status, "%s", r.body)
	var p page
	require.NoError(t, json.Unmarshal(r.body, &p), "%.400s", r.body)
	require.Len(t, p.Data, p.Rows)
	return p
}

// column lists the printed values of one column.
func (p page) column(name string) []string {
	list := make([]string, len(p.Data))
	for i, row := range p.Data {
		list[i] = string(row[name])
	}
	return list
}

func cells(rows []Row, name string) []string {
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = row.Get(name)
	}
	return list
}

func tokenRequest(t *testing.T, method, key string) *http.Request {
	r, err := http.NewRequestWithContext(t.Context(), method, "https://app.getreprise.com"+TokenPath, nil)
	require.NoError(t, err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return r
}

func do(t *testing.T, s *Server, r *http.Request) reply {
	resp, err := s.Client().Do(r)
	require.NoError(t, err)
	return read(t, resp)
}

func read(t *testing.T, resp *http.Response) reply {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return reply{resp.StatusCode, resp.Header, body}
}

func newToken(t *testing.T, s *Server) string {
	var answer struct{ Token string }
	got := do(t, s, tokenRequest(t, http.MethodPost, s.Key))
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	require.NoError(t, json.Unmarshal(got.body, &answer))
	return answer.Token
}

func dataRequest(t *testing.T, token, pipe, query string) *http.Request {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.us-east.tinybird.co/v0/pipes/"+pipe+".json?"+query, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// get asks a pipe with a new token.
func get(t *testing.T, s *Server, pipe, query string) reply {
	return do(t, s, dataRequest(t, newToken(t, s), pipe, query))
}

// all asks for everything since 1970.
const all = "start_timestamp=1970-01-01%2000:00:00"

func allOf(p *pipe) string {
	if p.required {
		return all + "&limit=1000000"
	}
	return "limit=1000000"
}

func values(t *testing.T, query string) url.Values {
	q, err := url.ParseQuery(query)
	require.NoError(t, err)
	return q
}
