package simulation

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
)

var keep = flag.String("keep", "", "prefix, such as v2, of fixtures to add to streams/reprise/testdata/states")

const states = "../testdata/states"

// A kept state was written by some version of the tap. Files are only ever
// added: whoever has such a state must be able to go on from it.
type kept struct {
	About  string          `json:"about"`
	Rows   bool            `json:"rows"`   // the account has some
	At     time.Time       `json:"at"`     // when the run began that wrote it
	Whole  bool            `json:"whole"`  // it was not killed
	Config map[string]any  `json:"config"` // beyond the defaults
	State  json.RawMessage `json:"state"`
}

// account is what all kept states are of: four sessions of three events a day
// over 90 days. It never changes.
func (k *kept) account(t testing.TB) *emulator.Account {
	a := emulator.NewAccount(emulator.Options{Seed: 11, Start: firstDay, Days: -1})
	for i := range 4 * 90 {
		at := firstDay.Add(time.Duration(i) * 6 * time.Hour).Add(time.Duration(i%7) * 17 * time.Minute)
		if !k.Rows {
			at = at.AddDate(0, 0, 60)
		}
		id, err := a.AddSession(emulator.Session{ID: fmt.Sprintf("session-%d", i), Created: at})
		require.NoError(t, err)
		for n := range 3 {
			_, err := a.AddEvent(emulator.Event{ID: fmt.Sprintf("event-%d-%d", i, n), Session: id, Created: at.Add(time.Duration(n) * time.Minute)})
			require.NoError(t, err)
		}
		_, err = a.AddLive(emulator.LiveSession{ID: fmt.Sprintf("live-%d", i), Created: at})
		require.NoError(t, err)
	}
	return a
}

// TestEveryStateEverKept goes on from each fixture a day later: it is
// understood without a word, nothing is loaded from the start again, and what
// came since is there.
func TestEveryStateEverKept(t *testing.T) {
	if *keep != "" {
		keepStates(t)
	}
	files, err := filepath.Glob(states + "/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var k kept
			require.NoError(t, json.Unmarshal(text, &k))
			synctest.Test(t, func(t *testing.T) { k.goOn(t) })
		})
	}
}

// goOn runs a day after k was written.
func (k *kept) goOn(t *testing.T) {
	l := k.loaded(t, k.At.AddDate(0, 0, 1))
	l.state = k.State
	run := l.run(t, l.state)
	require.Zero(t, run.code, "%s", run.log)
	require.NotContains(t, string(run.log), "WARNING")
	house := newWarehouse()
	state, err := house.load(run.out)
	require.NoError(t, err)
	for stream, mark := range bookmarks(t, state) {
		if mark["since_created_at"] != nil && stream != metrics {
			require.Greater(t, mark["since_created_at"], k.At.Format(time.RFC3339), stream)
		}
	}
	for _, stream := range []string{activity, summaries, lives} {
		for _, row := range newOracle(t, &world{account: l.server.Account}, emulator.Dialect{}).rows(l.server.Now(), stream, k.At, time.Time{}) {
			require.Equal(t, row.hash, house.rows[stream][row.key], "%s %s", stream, row.key)
		}
	}
	lookback := time.Duration(k.Config["lookback_days"].(float64)) * 24 * time.Hour
	early := k.At.Add(-lookback - 9*24*time.Hour).Format(time.DateTime) // units linger until they are refreshed
	for _, r := range l.server.Requests() {
		if r.Pipe == metrics {
			continue // whole months
		}
		if limit := r.Query.Get("limit"); limit == "1" || limit == "25" {
			continue // a question, not a page: what is there, and whose it is
		}
		if start := r.Query.Get("start_timestamp"); k.Whole && start != "" {
			require.Greater(t, start, early, "%s?%s", r.Pipe, r.Query.Encode())
		}
	}
}

// loaded is k's account before the first run, its clock standing at now.
func (k *kept) loaded(t testing.TB, now time.Time) *loaded {
	server := emulator.New(k.account(t), now)
	server.Ticks = true
	// Time passes, or else all STATE would come at the end.
	server.Fault = func(*http.Request) *emulator.Fault { return &emulator.Fault{Stall: time.Second} }
	l := &loaded{runner: newRunner(server)}
	for name, value := range k.Config {
		l.config[name] = value
	}
	return l
}

// keepStates writes fixtures by this version beside those of older ones.
func keepStates(t *testing.T) {
	for name, k := range map[string]*kept{
		"first-run":   {About: "after the first run", Rows: true, Whole: true, Config: map[string]any{"lookback_days": 5.0}},
		"daily":       {About: "after five daily runs", Rows: true, Whole: true, Config: map[string]any{"lookback_days": 5.0}},
		"small-pages": {About: "a look-back of many pages and 720 units, counted", Rows: true, Whole: true, Config: map[string]any{"lookback_days": 60.0, "page_size": 20.0}},
		"all-windows": {About: "metrics by day, week, month and over all time", Rows: true, Whole: true, Config: map[string]any{"lookback_days": 9.0, "metrics_windows": []string{"day", "week", "month"}}},
		"killed":      {About: "killed in the middle of the first load", Rows: true, Config: map[string]any{"lookback_days": 5.0, "page_size": 20.0}},
		"no-rows":     {About: "an account without rows", Whole: true, Config: map[string]any{"lookback_days": 5.0}},
	} {
		synctest.Test(t, func(t *testing.T) { k.write(t, filepath.Join(states, *keep+"-"+name+".json")) })
	}
}

// write runs the tap and writes k with its state to a file that must be new.
func (k *kept) write(t *testing.T, path string) {
	runs := map[bool]int{true: 5, false: 1}[strings.HasSuffix(path, "-daily.json") || strings.HasSuffix(path, "-small-pages.json")]
	l := k.loaded(t, firstDay.AddDate(0, 0, 70).Add(3*time.Hour))
	if !k.Rows {
		l.server.SetNow(firstDay.AddDate(0, 0, 30))
	}
	for range runs {
		k.At = l.server.Now().Truncate(time.Second)
		run := l.run(t, l.state)
		require.Zero(t, run.code, "%s", run.log)
		out := run.out
		if !k.Whole {
			out = out[:len(out)/3]
		}
		l.state = lastState(t, out)
		time.Sleep(24 * time.Hour)
	}
	k.State = l.state
	text, err := json.MarshalIndent(k, "", "  ")
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	require.NoError(t, err, "kept states are never rewritten")
	_, err = f.Write(append(text, '\n'))
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
