package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// start runs the program and returns what it announced; closing in ends it.
func start(t *testing.T, args ...string) (about map[string]string, in io.Closer, ended chan error) {
	t.Helper()
	stdin, in := io.Pipe()
	out, stdout := io.Pipe()
	ended = make(chan error, 1)
	go func() {
		err := run(context.Background(), args, stdin, stdout)
		stdout.CloseWithError(io.EOF) //nolint:errcheck // a pipe closes
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(line), &about))
	return about, in, ended
}

// get asks and returns the status and the decoded answer.
func get(t *testing.T, method, address string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	var v map[string]any
	if answer.StatusCode == http.StatusOK {
		require.NoError(t, json.Unmarshal(body, &v), "%s", body)
	}
	return answer.StatusCode, v
}

func TestEndsWithItsInput(t *testing.T) {
	_, in, ended := start(t)
	require.NoError(t, in.Close())
	require.NoError(t, <-ended)
}

func TestEndsWhenToldTo(t *testing.T) {
	about, in, ended := start(t)
	defer in.Close()
	status, _ := get(t, http.MethodPost, about["url"]+"/_/stop")
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, <-ended)
}

func TestControl(t *testing.T) {
	about, in, ended := start(t)
	defer func() {
		require.NoError(t, in.Close())
		require.NoError(t, <-ended)
	}()
	since := "?start_timestamp=" + strings.ReplaceAll(about["start"][:10], "T", " ") + "%2000:00:00"
	cases := map[string]struct {
		method, path string
		status       int
	}{
		"truth of a pipe":                    {"GET", "/_/truth/replay_session_activity" + since, 200},
		"truth with the API's own refusal":   {"GET", "/_/truth/replay_session_activity", 400},
		"truth of a pipe that is not there":  {"GET", "/_/truth/nothing" + since, 400},
		"clock":                              {"GET", "/_/clock", 200},
		"clock moved":                        {"POST", "/_/clock?advance=1h", 200},
		"clock moved by no duration":         {"POST", "/_/clock?advance=soon", 400},
		"clock set to no time":               {"POST", "/_/clock?set=now", 400},
		"requests":                           {"GET", "/_/requests", 200},
		"hold after no number":               {"POST", "/_/hold?after=some", 400},
		"held where nothing is to be held":   {"GET", "/_/held", 409},
		"release where nothing is held":      {"POST", "/_/release", 200},
		"a path of the API without a token":  {"GET", "/v0/pipes/replay_change_feed.json", 403},
		"a path that is not there":           {"GET", "/nothing", 404},
		"a control path with the wrong verb": {"GET", "/_/stop", 404},
		"a control path that is not there":   {"GET", "/_/nothing", 404},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			status, _ := get(t, c.method, about["url"]+c.path)
			require.Equal(t, c.status, status)
		})
	}
}

func TestGeneratedAccountWithOddValues(t *testing.T) {
	about, in, ended := start(t, "-days", "3", "-at", "36h", "-odd", "-ticks")
	require.Equal(t, "2026-07-02T12:00:00", about["now"][:19])
	_, found := get(t, http.MethodGet, about["url"]+"/_/truth/replay_session_summary?start_timestamp=2026-07-01%2000:00:00")
	rows, _ := found["data"].([]any)
	require.NotEmpty(t, rows)
	require.Contains(t, rows[0], "odd_int_max")
	require.NoError(t, in.Close())
	require.NoError(t, <-ended)
}

func TestRefusesArguments(t *testing.T) {
	require.Error(t, run(t.Context(), []string{"-port", "x"}, strings.NewReader(""), io.Discard))
	require.Error(t, run(t.Context(), []string{"-days", "-1"}, strings.NewReader(""), io.Discard))
	require.Error(t, run(t.Context(), []string{"extra"}, strings.NewReader(""), io.Discard))
}

func TestRybbit(t *testing.T) {
	for api, path := range map[string]string{"rybbit": "/api/sites/2/sessions", "rybbit-legacy": "/api/sessions/2"} {
		for _, days := range []string{"0", "5"} {
			about, in, _ := start(t, "-api", api, "-days", days)
			require.Equal(t, "org-1", about["organization"])
			status, v := get(t, http.MethodGet, about["url"]+path)
			require.Equal(t, http.StatusOK, status)
			require.NotEmpty(t, v["data"])
			status, _ = get(t, http.MethodGet, about["url"]+"/_/truth/nonsense?site=1")
			require.Equal(t, http.StatusBadRequest, status)
			require.NoError(t, in.Close())
		}
	}
}
