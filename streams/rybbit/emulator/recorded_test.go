package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// unknowable are parts of recorded bodies that no rebuilt account can have, by
// exchange ("" is every one) and path, with the reason.
var unknowable = map[string]map[string]string{
	"": {
		"meta.queryId": "chance",
	},
	"current-sql-sessions-keyset": {
		"data.0.session_id":    "its session ids are those of another account than all other exchanges show",
		"data.1.session_id":    "as above",
		"data.0.session_start": "as above", "data.0.session_end": "as above", "data.0.n": "as above",
		"data.1.session_start": "as above", "data.1.session_end": "as above", "data.1.n": "as above",
		"meta.rowCount": "as above",
	},
}

// TestRecorded asks the emulator what the real servers were asked.
func TestRecorded(t *testing.T) {
	all := recordings(t)
	require.Equal(t, 84, len(all), "all exchanges are here") //nolint:testifylint // Len would print them
	accounts := map[string]*emulator.Account{
		"legacy":  rebuild(t, all, emulator.Legacy),
		"current": rebuild(t, all, emulator.Current),
	}
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) {
			s := emulator.New(accounts[e.Server], recordedNow)
			s.Keys = append(s.Keys, emulator.Key{Text: "KEY"})
			if strings.HasSuffix(e.name, "insufficient-scope") {
				s.Keys[len(s.Keys)-1].Scopes = []string{"sessions:read"}
			}
			if strings.HasSuffix(e.name, "rate-limited") {
				s.LimitKeys(1, time.Minute)
				e.ask(t, s)
			}
			e.requireSame(t, e.ask(t, s))
		})
	}
}

// ask sends the exchange's request to s.
func (e *exchange) ask(t *testing.T, s *emulator.Server) *http.Response {
	t.Helper()
	// The query as the recorder wrote it, where an answer repeats it.
	query := url.Values{}
	for name, value := range e.Request.Query {
		query.Set(name, value)
	}
	raw := query.Encode()
	if strings.HasSuffix(e.name, "other-generation") {
		raw = "start_date=2026-10-06&end_date=2026-10-06&time_zone=UTC"
	}
	r, err := http.NewRequestWithContext(t.Context(), e.Request.Method, "http://emulator"+e.Request.Path+"?"+raw, bytes.NewReader(e.Request.Body))
	require.NoError(t, err)
	for name, value := range e.Request.Headers {
		r.Header.Set(name, value)
	}
	response, err := s.Client().Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// requireSame holds that an answer is the recorded one: its status, its headers
// and its body, but for what was cut and what cannot be known.
func (e *exchange) requireSame(t *testing.T, response *http.Response) {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, e.Response.Status, response.StatusCode, "%s", body)
	whole := !strings.Contains(e.Note, "[body: ") && unknowable[e.name] == nil
	for _, name := range []string{"Content-Type", "Vary", "Access-Control-Allow-Credentials", "Retry-After", "Content-Length"} {
		recorded := e.Response.Headers[strings.ToLower(name)]
		if name == "Content-Length" && (!whole || recorded == "" || bytes.Contains(body, []byte("KEY")) || bytes.Contains(body, []byte("ORG"))) {
			continue // the body was cut, or names in it were replaced
		}
		require.Equal(t, recorded, response.Header.Get(name), "%s\n%s", name, body)
	}
	same := &comparison{t: t, exchange: e}
	same.compare("", decode(t, e.Response.Body), decode(t, body))
}

// TestRecordedDetails holds the figures that only notes of the recordings say.
func TestRecordedDetails(t *testing.T) {
	all := recordings(t)
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := emulator.New(rebuild(t, all, g), recordedNow)
		day := get(t, s, path(g, "sessions", 1), "start_date=2026-10-06&end_date=2026-10-06&time_zone=UTC&limit=100000")
		require.Len(t, day.rows("data"), 359)
		ties := 0
		for _, row := range day.rows("data") {
			if row["session_end"] == "2026-10-06 12:00:00" {
				ties++
			}
		}
		require.Equal(t, 320, ties)
	}
}

// ordered is a decoded object that knows the order of its members.
type ordered struct {
	names  []string
	values map[string]any
}

func decode(t *testing.T, body []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v := decodeNext(t, d)
	require.False(t, d.More(), "%s", body)
	return v
}

func decodeNext(t *testing.T, d *json.Decoder) any {
	t.Helper()
	token, err := d.Token()
	require.NoError(t, err)
	switch token {
	case json.Delim('{'):
		o := ordered{values: map[string]any{}}
		for d.More() {
			name, err := d.Token()
			require.NoError(t, err)
			o.names = append(o.names, name.(string))
			o.values[name.(string)] = decodeNext(t, d)
		}
		d.Token() //nolint:errcheck // the } that More saw
		return o
	case json.Delim('['):
		list := []any{}
		for d.More() {
			list = append(list, decodeNext(t, d))
		}
		d.Token() //nolint:errcheck // the ] that More saw
		return list
	}
	return token
}
