package reprise_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// TestUnknownType has columns of types that nobody knows: their values are
// loaded as text, with one warning for each column and stream.
func TestUnknownType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Dialect.Extra = []emulator.Column{
			{Name: "odd", Type: "Frobnicate(Int8, 'x')", JSON: `{"a": [1, 2.50], "b": "\/"}`},
			{Name: "plain", Type: "Frobnicate", JSON: `"text"`},
			{Name: "number", Type: "Frobnicate", JSON: `9007199254740993`},
			{Name: "nothing", Type: "Frobnicate", JSON: `null`},
		}
		out := harness.Run{Server: s}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		checkSchemas(t, out)
		for _, row := range (harness.Warehouse{}).Load(t, out)["replay_session_summary"] {
			require.JSONEq(t, `{"a": [1, 2.50], "b": "/"}`, row["odd"].(string))
			require.Contains(t, row["odd"], "2.50", "digits are kept")
			require.Equal(t, "text", row["plain"])
			require.Equal(t, "9007199254740993", row["number"])
			require.Nil(t, row["nothing"])
		}
		for _, stream := range harness.Streams {
			require.Len(t, out.Lines("unknown column type; the value's JSON is loaded as text stream="+stream+" column=odd"), 1)
		}
	})
}

// afterDiscovery changes the server once every pipe has described its columns.
// Requests must come one at a time.
func afterDiscovery(s *emulator.Server, change func()) { at(s, 1+len(harness.Streams)+1, change) }

// TestUnknownColumns sends a column that came after the catalog: it is left
// out, warned of once and counted.
func TestUnknownColumns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		want := harness.Truth(t, s, harness.Span{})
		afterDiscovery(s, func() {
			s.Dialect.Extra = []emulator.Column{{Name: "brand_new", Type: "Array(Tuple(a UInt8, b String))", JSON: `[{"a":1,"b":"]}"}]`}}
		})
		out := harness.Run{Server: s, Config: with(smallPages, harness.Config{"concurrency": 1})}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		got := harness.Warehouse{}.Load(t, out)
		taptest.Same(t, want, got)
		for _, stream := range harness.Streams {
			require.Len(t, lines(out, "it is left out", stream), 1, stream)
			require.Len(t, lines(out, "left out a column that is not in the catalog", stream, "column=brand_new", "rows="), 1, stream)
		}
	})
}

func lines(out harness.Output, parts ...string) []string {
	var list []string
	for _, line := range strings.Split(out.Stderr, "\n") {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			list = append(list, line)
		}
	}
	return list
}

// TestVanishedColumns leaves out columns that were there when the run began: no
// null is written in their place. In one answer alone that passes; for good it
// ends the run, and the next one loads the other columns.
func TestVanishedColumns(t *testing.T) {
	gone := []string{"link_title", "change_type", "mean_seconds", "demo_title"}
	t.Run("in some answers", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := small()
			want := harness.Truth(t, s, harness.Span{})
			for n := 7; n < 60; n += 5 {
				at(s, n, func() { s.Dialect.Missing = gone })
				at(s, n+1, func() { s.Dialect.Missing = nil })
			}
			out := harness.Run{Server: s, Config: harness.Config{"concurrency": 1}}.Do(t)
			s.Dialect.Missing = nil
			require.Equal(t, 0, out.Code, out.LastLine())
			taptest.Same(t, want, harness.Warehouse{}.Load(t, out))
		})
	})
	t.Run("for good", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := small()
			afterDiscovery(s, func() { s.Dialect.Missing = gone })
			run := harness.Run{Server: s, Config: harness.Config{"concurrency": 1}}
			first := run.Do(t)
			require.Equal(t, program.ExitRetry, first.Code, first.LastLine())
			require.Contains(t, first.LastLine(), `the answer has no column "`)
			require.Contains(t, first.LastLine(), "hint: run again: ")
			run.State = first.State()
			second := run.Do(t)
			require.Equal(t, 0, second.Code, second.LastLine())
			checkSchemas(t, second)
			got := harness.Warehouse{}.Load(t, first).Load(t, second)
			for _, stream := range harness.Streams {
				if stream != "replay_metrics" { // which has a row for each day
					require.Len(t, got[stream], len(s.Truth(stream, nil)), stream)
				}
				for _, row := range got[stream] {
					for _, column := range gone {
						require.NotContains(t, row, column)
					}
				}
			}
		})
	})
}

// TestMissingKeys has neither key nor clock in the answers: every row is there
// under a key made of the row.
func TestMissingKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Dialect.Missing = []string{"session_id", "session_created_at"}
		out := harness.Run{Server: s, Config: harness.Config{"concurrency": 1}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		checkSchemas(t, out)
		const stream = "replay_session_summary"
		got := harness.Warehouse{}.Load(t, out)[stream]
		require.Len(t, got, len(s.Truth(stream, nil)))
		for key, row := range got {
			require.Regexp(t, `^~[0-9a-f]{16}$`, key)
			require.Nil(t, row["session_created_at"])
		}
		require.Equal(t, len(out.Records(t, stream)), out.Counter(t, "values_repaired", stream))
	})
}

// TestBadValues sends values that cannot be passed on as they are: impossible
// moments and integers too large become null, broken text is repaired; each is
// counted, and warned of once a column.
func TestBadValues(t *testing.T) {
	for name, test := range map[string]struct {
		old, sent, kept string
		counter         string
	}{
		"an impossible date":      {`2026-07-02 `, `2026-02-30 `, `null`, "values_nulled"},
		"the year 0":              {`2026-07-02 `, `0000-00-00 `, `null`, "values_nulled"},
		"NUL":                     {`Website`, `Web\u0000site`, "Web\uFFFDsite", "values_repaired"},
		"a lone high surrogate":   {`Website`, `Web\uD83Dsite`, "Web\uFFFDsite", "values_repaired"},
		"a lone low surrogate":    {`Website`, `Web\udc00site`, "Web\uFFFDsite", "values_repaired"},
		"a true pair of them":     {`Website`, `Web\uD83D\uDE80site`, "Web🚀site", ""},
		"an integer over 64 bits": {`"activity_count": `, `"activity_count": 18446744073709551615, "unused": `, `null`, "values_nulled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				s.Fault = func(*http.Request) *emulator.Fault {
					return &emulator.Fault{Rewrite: func(b []byte) []byte {
						return bytes.ReplaceAll(b, []byte(test.old), []byte(test.sent))
					}}
				}
				out := harness.Run{Server: s, Select: []string{"replay_session_summary"}}.Do(t)
				require.Equal(t, 0, out.Code, out.LastLine())
				checkSelected(t, out, test.kept, test.counter)
			})
		})
	}
}

// TestBadValuesInACrowdedSecond repairs rows that no single page holds, which are
// read in several passes: each value is counted once.
func TestBadValuesInACrowdedSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		s.Account.Burst(emulator.Burst{At: crowd, Span: time.Second, Sessions: 130, EventsEach: 2})
		s.Dialect.ShuffleTies = true
		s.Fault = func(*http.Request) *emulator.Fault {
			return &emulator.Fault{Rewrite: func(b []byte) []byte {
				return bytes.ReplaceAll(b, []byte(`"client_id": "client-`), []byte(`"client_id": "client\u0000`))
			}}
		}
		out := harness.Run{Server: s, Config: smallPages, Select: []string{"replay_session_summary"}}.Do(t)
		require.Equal(t, 0, out.Code, out.LastLine())
		rows := (harness.Warehouse{}).Load(t, out)["replay_session_summary"]
		require.Greater(t, len(rows), 130)
		require.Equal(t, len(out.Records(t, "replay_session_summary")), out.Counter(t, "values_repaired", "replay_session_summary"))
	})
}

// checkSelected wants as many values kept as they must be as the counter says.
func checkSelected(t *testing.T, out harness.Output, kept, counter string) {
	t.Helper()
	const stream = "replay_session_summary"
	found := 0
	columns := map[string]bool{}
	for _, row := range (harness.Warehouse{}).Load(t, out)[stream] {
		events := row["activity_count"] != json.Number("0")
		for name, value := range row {
			// Sessions without events have no first and no last activity.
			if value == kept || kept == "null" && value == nil && (events || name == "session_created_at") {
				found++
				columns[name] = true
			}
		}
	}
	require.NotZero(t, found)
	if counter == "" {
		require.Zero(t, out.Counter(t, "values_repaired", stream)+out.Counter(t, "values_nulled", stream))
		return
	}
	require.Equal(t, found, out.Counter(t, counter, stream))
	require.Len(t, lines(out, "WARNING", "a value could not be passed on as it came"), len(columns))
}

// TestViewerData hides who the viewers are.
func TestViewerData(t *testing.T) {
	personal := map[string][]string{
		"replay_session_activity":    {"visitor_name", "visitor_email", "distinct_user"},
		"replicate_session_activity": {"viewer"},
	}
	asked := harness.Columns{
		"replay_session_activity":    {"visitor_key": {"1"}, "visitor_company": {"1"}},
		"replicate_session_activity": {"viewer_pii": {"1"}},
	}
	for name, test := range map[string]struct {
		config  harness.Config
		columns harness.Columns
		change  func(row map[string]any, column string)
	}{
		"as sent": {harness.Config{}, asked, func(map[string]any, string) {}},
		"hashed": {harness.Config{"viewer_data": "hashed", "viewer_data_salt": "pepper"}, asked, func(row map[string]any, column string) {
			if text, ok := row[column].(string); ok {
				h := hmac.New(sha256.New, []byte("pepper"))
				h.Write([]byte(strings.ToLower(strings.TrimSpace(text))))
				row[column] = hex.EncodeToString(h.Sum(nil))
			}
		}},
		"none": {harness.Config{"viewer_data": "none"}, asked, func(row map[string]any, column string) { delete(row, column) }},
	} {
		for _, domains := range [][]string{nil, {" Example.COM ", "@sub.example.net"}} {
			if share > 1 && domains == nil && name != "hashed" {
				continue
			}
			t.Run(name+", domains "+strings.Join(domains, " "), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := small()
					want := harness.Truth(t, s, harness.Span{Columns: test.columns})
					internal := 0
					for stream, columns := range personal {
						for _, row := range want[stream] {
							if domains != nil {
								is := isInternal(row[columns[len(columns)/2]])
								row["viewer_is_internal"] = is
								if is {
									internal++
								}
							}
							for _, column := range columns {
								test.change(row, column)
							}
						}
					}
					config := with(test.config, harness.Config{"viewer_pii": true, "internal_email_domains": domains})
					if domains == nil {
						delete(config, "internal_email_domains")
					} else {
						require.NotZero(t, internal)
					}
					out := harness.Run{Server: s, Config: config}.Do(t)
					require.Equal(t, 0, out.Code, out.LastLine())
					checkSchemas(t, out)
					taptest.Same(t, want, harness.Warehouse{}.Load(t, out))
				})
			})
		}
	}
}

// isInternal tells addresses at example.com and sub.example.net.
func isInternal(address any) bool {
	text, _ := address.(string)
	_, domain, _ := strings.Cut(strings.ToLower(text), "@")
	return domain == "example.com" || domain == "sub.example.net"
}
