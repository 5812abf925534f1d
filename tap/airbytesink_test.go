package tap

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
)

// airbyteRun reads all of m as Airbyte does, in a bubble, and returns what was
// written and when.
func airbyteRun(t *testing.T, config, catalog string, m *memory) *watch {
	t.Helper()
	w := &watch{began: time.Now()}
	a := testApp(m, "read", "--config", config, "--catalog", catalog)
	a.Out, a.Err, a.Environ = w, io.Discard, []string{"LOG_LEVEL=ERROR"}
	require.Zero(t, Main(t.Context(), a.App, a.Connector))
	return w
}

// all is everything that was written.
func (w *watch) all() outcomeOf {
	var b strings.Builder
	for _, p := range w.writes {
		b.WriteString(p.text)
	}
	return outcomeOf{out: b.String()}
}

// states are the times at which STATE messages of a stream were written.
func (w *watch) states(stream string) []time.Duration {
	var at []time.Duration
	for _, p := range w.writes {
		for range strings.Count(p.text, `"stream":{"stream_descriptor":{"name":"`+stream) {
			at = append(at, p.after)
		}
	}
	return at
}

// TestAirbyteHeartbeat: not more than one STATE a second, not less than one a
// minute, and the last one covers everything.
func TestAirbyteHeartbeat(t *testing.T) {
	for name, c := range map[string]struct {
		source      memory
		least, most int
	}{
		"ten pages a second for a minute":  {memory{rows: 600, page: 1, pause: 100 * time.Millisecond}, 60, 64},
		"a page every ten seconds":         {memory{rows: 6, page: 1, pause: 10 * time.Second}, 6, 7},
		"a page every five minutes":        {memory{rows: 3, page: 1, pause: 5 * time.Minute}, 15, 18},
		"pages without a bookmark":         {memory{rows: 200, page: 1, pause: 5 * time.Second, marks: func(n int) Bookmark { return nil }}, 16, 18},
		"one page at once":                 {memory{rows: 3}, 1, 1},
		"a silence of an hour, and no row": {memory{rows: 1, pause: time.Hour}, 60, 62},
	} {
		t.Run(name, func(t *testing.T) {
			config, catalog := goodConfig(t), file(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
			synctest.Test(t, func(t *testing.T) {
				w := airbyteRun(t, config, catalog, &c.source)
				at := w.states("events")
				require.GreaterOrEqual(t, len(at), c.least)
				require.LessOrEqual(t, len(at), c.most)
				last := time.Duration(0)
				for _, d := range at {
					require.LessOrEqual(t, d-last, heartbeat+2*time.Second)
					last = d
				}
				require.Empty(t, w.all().checksums(t))
			})
		})
	}
}

// TestAirbyteRateLimit: a pause is told with its end, and STATE goes on.
func TestAirbyteRateLimit(t *testing.T) {
	config, catalog := goodConfig(t), file(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		m := &memory{rows: 1, pause: 10 * time.Minute}
		m.read = func(Stream, Bookmark) {
			go func() {
				for range 5 { // several requests meet the same limit
					m.env.Waiting(time.Now().Add(10 * time.Minute))
				}
				time.Sleep(5*time.Minute + 30*time.Second)
				m.env.Waiting(time.Now().Add(5 * time.Minute))
			}()
		}
		w := airbyteRun(t, config, catalog, m)
		o := w.all()
		require.Equal(t, []string{"events STARTED",
			`events RUNNING[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":946685400000}}]`,
			"events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0",
			`events RUNNING[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":946685430000}}]`,
			"events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0", "events {} 0.0",
			"events e0", "events about 1", `events {"n":1} 1.0`, "events COMPLETE"}, o.brief(t))
		require.Empty(t, o.checksums(t))
	})
}

// TestAirbyteRunning: RUNNING comes with the first good answer, not the first
// row.
func TestAirbyteRunning(t *testing.T) {
	config, catalog := goodConfig(t), file(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		m := &memory{rows: 1, pause: 20 * time.Second}
		m.read = func(Stream, Bookmark) {
			go func() {
				m.env.Metrics.Request("events", 503, time.Second)
				time.Sleep(5 * time.Second)
				m.env.Metrics.Request("events", 200, time.Second)
				m.env.Metrics.Request("events", 200, time.Second)
			}()
		}
		at := map[string]time.Duration{}
		for _, p := range airbyteRun(t, config, catalog, m).writes {
			for _, status := range []string{"STARTED", "RUNNING", "COMPLETE"} {
				if strings.Contains(p.text, `"`+status+`"`) {
					at[status] = p.after
				}
			}
		}
		require.Less(t, at["STARTED"], 2*time.Second)
		require.InDelta(t, 5, at["RUNNING"].Seconds(), 1.1)
		require.Equal(t, 20*time.Second, at["COMPLETE"])
	})
}

func TestAirbyteEstimate(t *testing.T) {
	config, catalog := goodConfig(t), file(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	synctest.Test(t, func(t *testing.T) {
		k := newAirbyteStream("events", airbyteState{})
		tell := func(rows int64, done float64) string {
			k.total, k.bytes = rows, rows*100
			return string(k.appendEstimate(nil, done))
		}
		require.Empty(t, tell(0, 0.5), "no row yet")
		require.Empty(t, tell(10, 0), "no way to tell")
		require.Contains(t, tell(10, 0.1), `"row_estimate":100,"byte_estimate":10000}`)
		require.Empty(t, tell(40, 0.2), "too soon")
		time.Sleep(estimateGap)
		require.Contains(t, tell(40, 0.2), `"row_estimate":200,`)
		time.Sleep(estimateGap)
		require.Empty(t, tell(60, 0.3), "no news")

		o := airbyteRun(t, config, catalog, &memory{rows: 1000, page: 100}).all()
		require.Equal(t, 1, strings.Count(o.out, `"ESTIMATE"`))
	})
}

// TestAirbyteChanges: the record tells which of its values are not what the API
// sent.
func TestAirbyteChanges(t *testing.T) {
	var out bytes.Buffer
	o := program.NewOutlet(&out)
	o.Start(nil)
	k := newAirbyteSink(t.Context(), o, nil)
	s := Stream{Name: "s"}
	require.NoError(t, k.Start(s))
	require.NoError(t, k.Write(s, Page{
		Rows:    [][]byte{[]byte(`{"a":null}`), []byte(`{"a":1}`), []byte(`{"a":"x","b":null}`)},
		Changes: []Change{{Row: 0, Field: "a", Nulled: true}, {Row: 2, Field: "a"}, {Row: 2, Field: "b", Nulled: true}},
	}))
	require.NoError(t, k.End(s, nil))
	require.NoError(t, o.Close())
	var metas []string
	for _, m := range (outcomeOf{out: out.String()}).messages(t) {
		if m.Record != nil {
			metas = append(metas, string(m.Record.Meta))
		}
	}
	require.Equal(t, []string{
		`{"changes":[{"field":"a","change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}]}`, "",
		`{"changes":[{"field":"a","change":"TRUNCATED","reason":"SOURCE_SERIALIZATION_ERROR"},{"field":"b","change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}]}`,
	}, metas)
}

// TestAirbyteChangesOfALargePage: a page that does not fit into the buffer keeps
// its changes at their rows.
func TestAirbyteChangesOfALargePage(t *testing.T) {
	var out bytes.Buffer
	o := program.NewOutlet(&out)
	o.Start(nil)
	k := newAirbyteSink(t.Context(), o, nil)
	p := Page{}
	wide := strings.Repeat("x", 1000)
	for i := range 2000 {
		p.Rows = append(p.Rows, fmt.Appendf(nil, `{"i":%d,"wide":%q}`, i, wide))
		if i%7 == 0 {
			p.Changes = append(p.Changes, Change{Row: i, Field: "wide"})
		}
	}
	require.NoError(t, k.Start(Stream{Name: "s"}))
	require.NoError(t, k.Write(Stream{Name: "s"}, p))
	require.NoError(t, k.End(Stream{Name: "s"}, nil))
	require.NoError(t, o.Close())
	rows := 0
	for _, m := range (outcomeOf{out: out.String()}).messages(t) {
		if m.Record != nil {
			var row struct{ I int }
			require.NoError(t, json.Unmarshal(m.Record.Data, &row))
			require.Equal(t, row.I%7 == 0, m.Record.Meta != nil)
			rows++
		}
	}
	require.Equal(t, 2000, rows)
}

// TestAirbyteStateNeverAhead reads the output as a platform that is killed after
// any byte: it goes on from the last state of each stream and misses no row.
func TestAirbyteStateNeverAhead(t *testing.T) {
	config, catalog := goodConfig(t), file(t, "c.json", strings.Replace(eventsConfigured, "MODE", "incremental", 1))
	random := rand.New(rand.NewPCG(1, 2))
	for name, m := range map[string]*memory{
		"fast pages": {rows: 3000, page: 7}, "slow pages": {rows: 60, page: 3, pause: 700 * time.Millisecond}, "one enormous page": {rows: 9000},
	} {
		t.Run(name, func(t *testing.T) {
			var whole string
			synctest.Test(t, func(t *testing.T) { whole = airbyteRun(t, config, catalog, m).all().out })
			for range 50 {
				cut := whole[:random.IntN(len(whole))]
				cut = cut[:strings.LastIndexByte(cut, '\n')+1]
				o := outcomeOf{out: cut}
				o.checksums(t)
				rows, covered := 0, struct{ N int }{}
				for _, line := range o.messages(t) {
					if line.Record != nil {
						rows++
					}
					if line.State != nil {
						require.NoError(t, json.Unmarshal(line.State.Stream.State, &covered))
						require.LessOrEqual(t, covered.N, rows)
					}
				}
			}
		})
	}
}

// TestAirbyteInterrupted: the end of the context is the end of the stream; what
// was written is covered by a last state.
func TestAirbyteInterrupted(t *testing.T) {
	config, catalog := goodConfig(t), file(t, "c.json", bothConfigured)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(2500 * time.Millisecond)
			cancel(&program.Error{Code: program.ExitRetry, Err: errors.New("interrupted"), Hint: "again"})
		}()
		a := testApp(&memory{rows: 100, page: 1, pause: time.Second}, "read", "--config", config, "--catalog", catalog)
		a.Environ = []string{"LOG_LEVEL=ERROR"}
		o := runApp(ctx, a)
		require.Equal(t, program.ExitRetry, o.code)
		require.Empty(t, o.checksums(t))
		got := o.brief(t)
		require.Equal(t, []string{`events {"n":2} 1.0`, "transient_error: interrupted; hint: again", "events INCOMPLETE"}, got[len(got)-3:])
	})
}

// nothing is an output that is never full.
type nothing struct{}

func (nothing) Write(b []byte) (int, error) { return len(b), nil }

// TestAirbyteRowsCostNoMemory: a page ten times as long allocates as little.
func TestAirbyteRowsCostNoMemory(t *testing.T) {
	allocs := func(rows int) float64 {
		o := program.NewOutlet(nothing{})
		o.Start(nil)
		k := newAirbyteSink(t.Context(), o, nil)
		s := Stream{Name: "s"}
		require.NoError(t, k.Start(s))
		p := Page{Bookmark: Bookmark(`{"n":1}`)}
		for range rows {
			p.Rows = append(p.Rows, []byte(`{"a":1,"b":"some text of a row"}`))
		}
		n := testing.AllocsPerRun(20, func() { require.NoError(t, k.Write(s, p)) })
		require.NoError(t, o.Close())
		return n
	}
	require.Less(t, allocs(1000), allocs(100)+5)
}
