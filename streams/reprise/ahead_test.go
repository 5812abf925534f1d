package reprise_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// A slowLoader takes what is written when nothing else can happen any more, and
// counts how often an answer is then partly read.
type slowLoader struct {
	bytes.Buffer
	reading atomic.Int32 // answers with many rows that are partly read
	between int
}

func (l *slowLoader) Write(p []byte) (int, error) {
	synctest.Wait()
	if l.reading.Load() > 0 {
		l.between++
	}
	return l.Buffer.Write(p)
}

func (l *slowLoader) over(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err == nil && strings.Contains(r.URL.RawQuery, "limit=3000") {
			res.Body = &noted{ReadCloser: res.Body, loader: l}
		}
		return res, err
	})
}

// noted is a body that tells when it is begun and when it is through.
type noted struct {
	io.ReadCloser
	loader *slowLoader
	begun  bool
}

func (n *noted) Read(p []byte) (int, error) {
	k, err := n.ReadCloser.Read(p)
	switch {
	case err != nil && n.begun:
		n.begun = false
		n.loader.reading.Add(-1)
	case err == nil && !n.begun:
		n.begun = true
		n.loader.reading.Add(1)
	}
	return k, err
}

// TestNextAnswerIsReadWhileRowsAreWritten: what the loader has taken makes room
// for more, and no row suffers.
func TestNextAnswerIsReadWhileRowsAreWritten(t *testing.T) {
	const stream = "replay_session_activity"
	synctest.Test(t, func(t *testing.T) {
		s := manyEvents()
		loader := &slowLoader{}
		config := harness.Config{"page_size": 3000, "start_date": "2026-07-01", "end_date": "2026-07-13"}
		out := harness.Run{Server: s, Config: config, Select: []string{stream}, Transport: loader.over, Out: loader}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		require.Greater(t, loader.between, 4)
		want := harness.Truth(t, s, loaded, stream)
		require.Greater(t, len(want[stream]), 10_000)
		taptest.Same(t, want, harness.Warehouse{}.Load(t, harness.Output{Stdout: loader.String()}))
	})
}

// A pausingLoader takes a while for each write.
type pausingLoader struct{ bytes.Buffer }

func (l *pausingLoader) Write(p []byte) (int, error) {
	time.Sleep(time.Second) // of the bubble's time
	return l.Buffer.Write(p)
}

// TestWaitForMemoryIsNotTheAPIs: the API answers at once, and no metric says
// otherwise because an answer waited for the loader.
func TestWaitForMemoryIsNotTheAPIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := manyEvents()
		config := harness.Config{"page_size": 3000, "start_date": "2026-07-01", "end_date": "2026-07-13"}
		out := harness.Run{Server: s, Config: config, Select: []string{"replay_session_activity"}, Out: &pausingLoader{}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		lines := out.Lines("http_request_duration")
		require.GreaterOrEqual(t, len(lines), 2, "of the token and of the rows")
		for _, line := range lines {
			require.Contains(t, line, `"value":0,`)
		}
	})
}

// manyEvents is a server for an account whose pages fill some blocks of memory.
func manyEvents() *emulator.Server {
	return emulator.New(emulator.NewAccount(emulator.Options{
		Seed: 7, Start: emulator.DemoStart, Days: 4, SessionsPerDay: 150, EventsPerSession: 20,
	}), emulator.DemoStart.Add(45*day))
}
