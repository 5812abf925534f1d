package airbyte

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// The tests of this file hold, one each, what Airbyte's reviewers found in the
// connector for this API that there was before (airbytehq/airbyte, pull requests
// 82686 and 84883).

// incremental reads the named streams of s in this process; keys are of the
// config.
func incremental(t *testing.T, s *emulator.Server, keys map[string]any, state string, names ...string) outcome {
	t.Helper()
	all := map[string]any{"api_key": s.Key, "start_date": "2026-07-01"}
	for k, v := range keys {
		all[k] = v
	}
	config := subject.WriteConfig(t, all)
	fault := s.Fault
	s.Fault = nil
	d := inProcess(t, s, "discover", "--config", config)
	require.Zero(t, d.code, d.stdout)
	s.Fault = fault
	streams := of(d.messages(t), "CATALOG")[0].Catalog.Streams
	if len(names) > 0 {
		streams = only(streams, names...)
	}
	args := []string{"read", "--config", config, "--catalog", configure(t, "incremental", streams...)}
	if state != "" {
		args = append(args, "--state", state)
	}
	return inProcess(t, s, args...)
}

// TestFindingPagingLoopsOrStopsEarly: neither a page that a silent limit cut,
// nor a total that is too low, missing or never reached ends a read early or
// keeps it going.
func TestFindingPagingLoopsOrStopsEarly(t *testing.T) {
	for name, change := range map[string]func(d *emulator.Dialect){
		"the API cuts pages in silence":         func(d *emulator.Dialect) { d.CapLimit = 37 },
		"the total is this page's":              func(d *emulator.Dialect) { d.RowsBefore = emulator.LowerBound },
		"there is no total":                     func(d *emulator.Dialect) { d.RowsBefore = emulator.Absent },
		"tied rows change places between pages": func(d *emulator.Dialect) { d.ShuffleTies, d.SecondClock = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			s := subject.SmallAccount()
			change(&s.Dialect)
			r := incremental(t, s, map[string]any{"page_size": 100}, "")
			require.Zero(t, r.code)
			taptest.Same(t, harness.Truth(t, s, harness.Span{}), load(t, r))
			require.Less(t, len(s.Requests()), 400)
		})
	}
}

// TestFindingCursorFormatsSoNarrowThatTheSyncRestarts: every spelling of a
// moment goes on, and one that cannot be read ends the run. The spellings are in
// streams/reprise, TestCursorSpellings; here, that the state is not dropped.
func TestFindingCursorFormatsSoNarrowThatTheSyncRestarts(t *testing.T) {
	for _, spelling := range []string{"2006-01-02 15:04:05.000", "2006-01-02T15:04:05.000Z", "2006-01-02", "2006-01-02 15:04:05 UTC"} {
		s := longAccount()
		state := fromAirbyte("replay_session_summary", `{"since_created_at":"`+moved.Format(spelling)+`"}`).state
		r := incremental(t, s, map[string]any{"lookback_days": 10}, subject.Written(t, "state.json", state), "replay_session_summary")
		require.Zero(t, r.code)
		tookOver(t, s, "replay_session_summary", moved, load(t, r))
	}
}

// TestFindingChangeFeedParameterDoesNotFilter: the cursor of the change feed is
// sent as the parameter that the page documents, and bounds what comes.
func TestFindingChangeFeedParameterDoesNotFilter(t *testing.T) {
	s := longAccount()
	first := incremental(t, s, nil, "", "replay_change_feed")
	state := stateFile(t, first.checksum(t, false)...)
	s.ResetRequests()
	second := incremental(t, s, nil, state, "replay_change_feed")
	require.Zero(t, second.code)
	require.Less(t, len(second.records(t)["replay_change_feed"]), len(first.records(t)["replay_change_feed"]))
	asked := 0
	for _, r := range s.Requests() {
		if r.Pipe == "replay_change_feed" && r.Query.Get("limit") != "1" {
			asked++
			_, err := time.Parse(time.DateTime, r.Query.Get("since_ingested_at"))
			require.NoError(t, err, "%v", r.Query)
			require.False(t, r.Query.Has("start_timestamp"))
		}
	}
	require.Positive(t, asked)
}

// TestFindingFlagComputedFromARedactedColumn: viewer_is_internal tells the truth
// whatever becomes of the column that it is computed from; where that column is
// not asked for, there is no flag rather than a wrong one.
func TestFindingFlagComputedFromARedactedColumn(t *testing.T) {
	s := emulator.Demo(false)
	flags := func(keys map[string]any) map[string]any {
		keys["internal_email_domains"] = []string{" eXample.org "}
		keys["viewer_data_salt"] = "pepper"
		r := incremental(t, s, keys, "", "replicate_session_activity")
		require.Zero(t, r.code)
		got := map[string]any{}
		for key, row := range load(t, r)["replicate_session_activity"] {
			if flag, ok := row["viewer_is_internal"]; ok {
				got[key] = flag
			}
			if keys["viewer_data"] == "none" {
				require.NotContains(t, row, "viewer")
			}
		}
		return got
	}
	plain := flags(map[string]any{"viewer_pii": true})
	require.Contains(t, slicesOf(plain), true)
	require.Contains(t, slicesOf(plain), false)
	require.Equal(t, plain, flags(map[string]any{"viewer_pii": true, "viewer_data": "hashed"}))
	require.Equal(t, plain, flags(map[string]any{"viewer_pii": true, "viewer_data": "none"}))
	require.Empty(t, flags(map[string]any{"viewer_pii": false}))
}

func slicesOf(m map[string]any) []any {
	var list []any
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// TestFindingSkewedClockCommitsAStateFarAhead: viewers' clocks years ahead move
// no state beyond the server's now, and rows that come later are not lost.
func TestFindingSkewedClockCommitsAStateFarAhead(t *testing.T) {
	a := emulator.NewAccount(emulator.Options{Seed: 3, Days: 10, SessionsPerDay: 6, EventsPerSession: 5, Skewed: 0.9, Late: 0.5})
	s := emulator.New(a, time.Date(2026, 7, 5, 12, 0, 0, 0, time.UTC))
	first := incremental(t, s, nil, "")
	states := first.checksum(t, false)
	for _, m := range states {
		for field := range strings.SplitSeq(string(m.State.Stream.State), `"`) {
			if at, err := time.Parse(time.RFC3339Nano, field); err == nil {
				require.False(t, at.After(s.Now().Add(2*time.Second)), "%s: %s", m.State.Stream.Descriptor.Name, field)
			}
		}
	}
	s.Advance(3 * 24 * time.Hour)
	second := incremental(t, s, nil, stateFile(t, states...))
	taptest.Holds(t, harness.Truth(t, s, harness.Span{}), load(t, first, second))
}

// TestFindingGuessedTokenLife: a token is renewed by its own expires_at, however
// short, and one that is refused before its end is exchanged once.
func TestFindingGuessedTokenLife(t *testing.T) {
	for name, c := range map[string]struct {
		life   time.Duration
		refuse int // the request that is refused with 403
		tokens int // that the read may fetch; 0: more than one
	}{
		"ten minutes of life while requests take a minute": {10 * time.Minute, 0, 0},
		"two days of life":              {0, 0, 1},
		"refused in the middle of life": {0, 9, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var s *emulator.Server
			var r outcome
			synctest.Test(t, func(t *testing.T) {
				s = subject.SmallAccount()
				s.Ticks, s.Dialect.TokenLife = true, c.life
				var asked atomic.Int32 // requests may overlap
				s.Fault = func(r *http.Request) *emulator.Fault {
					if r.URL.Path == emulator.TokenPath {
						return nil
					}
					if int(asked.Add(1)) == c.refuse {
						return &emulator.Fault{Status: http.StatusForbidden}
					}
					if c.life > 0 {
						return &emulator.Fault{Stall: time.Minute}
					}
					return nil
				}
				config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "page_size": 20, "concurrency": 1})
				d := inProcess(t, s, "discover", "--config", config)
				catalog := configure(t, "incremental", only(of(d.messages(t), "CATALOG")[0].Catalog.Streams, "replay_session_activity")...)
				s.ResetRequests()
				r = inProcess(t, s, "read", "--config", config, "--catalog", catalog)
			})
			require.Zero(t, r.code, r.stdout)
			tokens := 0
			for _, request := range s.Requests() {
				if request.Pipe == "" {
					tokens++
				}
			}
			if c.tokens == 0 {
				require.Greater(t, tokens, 1)
			} else {
				require.Equal(t, c.tokens, tokens)
			}
			for _, request := range s.Requests() {
				require.Condition(t, func() bool { return request.Status == 200 || c.refuse > 0 }, "%+v", request)
			}
		})
	}
}

// TestFindingTokenPrintedInALog: neither the key nor a token is in any message,
// at the most talkative level, with every sort of failure; and neither is in a
// URL.
func TestFindingTokenPrintedInALog(t *testing.T) {
	s := subject.SmallAccount()
	var asked atomic.Int32 // requests overlap
	s.Fault = func(r *http.Request) *emulator.Fault {
		require.NotContains(t, r.URL.String(), s.Key)
		require.False(t, r.URL.Query().Has("token"))
		return map[int32]*emulator.Fault{3: {Status: 500}, 8: {Status: 403}, 12: {Reset: true}, 15: {CutAt: 100}, 18: {Own: emulator.Broken{Exception: true}}, 20: {Status: 400}}[asked.Add(1)]
	}
	var runs []outcome
	synctest.Test(t, func(t *testing.T) {
		config := subject.WriteConfig(t, map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "page_size": 50})
		d := inProcess(t, s, "discover", "--config", config, "--debug")
		catalog := configure(t, "incremental", of(d.messages(t), "CATALOG")[0].Catalog.Streams...)
		runs = []outcome{d, inProcess(t, s, "check", "--config", config, "--debug"), inProcess(t, s, "read", "--config", config, "--catalog", catalog, "--debug")}
	})
	require.NotZero(t, runs[2].code)
	for _, r := range runs {
		require.NotContains(t, r.stdout, s.Key)
		require.NotContains(t, r.stdout, "eyJ", "how a JWT begins")
		require.NotContains(t, r.stdout, "Bearer")
	}
}

// TestFindingRetryAfterIgnored: the source waits as long as the API asks to, and
// tells the platform until when.
func TestFindingRetryAfterIgnored(t *testing.T) {
	var at []time.Time
	fault := func(r *http.Request) *emulator.Fault {
		if !strings.Contains(r.URL.Path, "/replay_change_feed.") {
			return nil
		}
		at = append(at, time.Now())
		if len(at) == 2 { // the first is the read's discovery
			return &emulator.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"95"}}}
		}
		return nil
	}
	var r outcome
	synctest.Test(t, func(t *testing.T) {
		s := subject.SmallAccount()
		s.Ticks, s.Fault = true, fault
		r = incremental(t, s, nil, "", "replay_change_feed")
	})
	require.Zero(t, r.code)
	require.GreaterOrEqual(t, at[2].Sub(at[1]), 95*time.Second)
	told := 0
	for _, m := range of(r.messages(t), "TRACE") {
		if m.Trace.Status != nil && strings.Contains(string(m.Trace.Status.Reasons), `"RATE_LIMITED"`) {
			require.Regexp(t, `^\[\{"type":"RATE_LIMITED","rate_limited":\{"quota_reset":\d{13}\}\}\]$`, string(m.Trace.Status.Reasons))
			told++
		}
	}
	require.Equal(t, 1, told)
	require.GreaterOrEqual(t, len(r.checksum(t, false)), 2, "a state while it waits, and the last one")
}

// TestFindingRetryAfterIgnoredInDiscovery: a read asks for the columns first, and
// waits there as long as it is told, too.
func TestFindingRetryAfterIgnoredInDiscovery(t *testing.T) {
	var at []time.Time
	var r outcome
	synctest.Test(t, func(t *testing.T) {
		s := subject.SmallAccount()
		s.Ticks = true
		s.Fault = func(r *http.Request) *emulator.Fault {
			if !strings.Contains(r.URL.Path, "/replay_change_feed.") {
				return nil
			}
			if at = append(at, time.Now()); len(at) == 1 {
				return &emulator.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"95"}}}
			}
			return nil
		}
		r = incremental(t, s, nil, "", "replay_change_feed")
	})
	require.Zero(t, r.code)
	require.GreaterOrEqual(t, at[1].Sub(at[0]), 95*time.Second)
	require.NotEmpty(t, of(r.messages(t), "RECORD"))
}

// TestFindingCheckOfOneStreamOutOfFive: a single endpoint without access, which
// ever it is, fails the check and is named.
func TestFindingCheckOfOneStreamOutOfFive(t *testing.T) {
	for _, stream := range harness.Streams {
		s := subject.SmallAccount()
		s.Forbidden = []string{stream}
		r := inProcess(t, s, "check", "--config", subject.WriteConfig(t, map[string]any{"api_key": s.Key}))
		require.Zero(t, r.code)
		status := of(r.messages(t), "CONNECTION_STATUS")[0].ConnectionStatus
		require.Equal(t, "FAILED", status.Status)
		require.True(t, strings.HasPrefix(status.Message, "no access to "+stream+": "), status.Message)
	}
}

// TestFindingTimestampsTypedAsText: every column that the API calls a DateTime
// is a timestamp in the catalog, and RFC 3339 in every record; a number is a
// number.
func TestFindingTimestampsTypedAsText(t *testing.T) {
	s := subject.SmallAccount()
	a := subject.Listen(t, s, nil)
	r, streams := readAll(t, a, "incremental")
	moments := 0
	for _, stream := range streams {
		columns := stream.columns(t)
		for _, c := range s.Columns(stream.Name, nil) {
			got, ok := columns[c.Name]
			if !ok {
				continue
			}
			if strings.Contains(c.Type, "DateTime") {
				require.Equal(t, "timestamp_with_timezone", got.AirbyteType, "%s.%s", stream.Name, c.Name)
				moments++
			}
			if strings.HasPrefix(c.Type, "UInt") || strings.HasPrefix(c.Type, "Int") {
				require.Equal(t, "integer", got.Type[0], "%s.%s", stream.Name, c.Name)
			}
			if strings.HasPrefix(c.Type, "Float") {
				require.Equal(t, "number", got.Type[0], "%s.%s", stream.Name, c.Name)
			}
		}
	}
	require.Greater(t, moments, 8)
	require.False(t, slices.ContainsFunc(r.records(t)["replay_session_summary"], func(row string) bool {
		return strings.Contains(row, `"session_created_at":"2026-07-01 `)
	}))
}
