package reprise_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// drifting makes the API send a column of another type, from the n-th request on,
// in as many of a hundred rows as share says with another value. Rows are told
// apart by their place. "" leaves the type as it is.
func drifting(s *emulator.Server, n int, column, typ, value string, share int) {
	meta := regexp.MustCompile(`("name": "` + column + `",\s*"type": ")[^"]*"`)
	cell := regexp.MustCompile(`("` + column + `": )("[^"]*"|[^,\n]*)`)
	s.Fault = numbered(func(asked int, r *http.Request) *emulator.Fault {
		if r.URL.Path == emulator.TokenPath || asked < n {
			return nil
		}
		return &emulator.Fault{Rewrite: func(b []byte) []byte {
			if typ != "" {
				b = meta.ReplaceAll(b, []byte("${1}"+typ+`"`))
			}
			row := 0
			return cell.ReplaceAllFunc(b, func(old []byte) []byte {
				if row++; value == "" || row*share/100 == (row-1)*share/100 {
					return old
				}
				return cell.ReplaceAll(old, []byte("${1}"+value))
			})
		}}
	})
}

// TestDrift has a column whose type in the API is another one than in a catalog
// that was kept: what is the same is written, and what is not ends the stream
// before nulls overwrite anything.
func TestDrift(t *testing.T) {
	integer, moment := `{"type":["integer","null"]}`, `{"type":["string","null"],"format":"date-time"}`
	for name, test := range map[string]struct {
		column, typ, value string
		catalog            string
		want               string // "": refused
	}{
		"wider, and whole":        {"activity_count", "Float64", `30.0`, integer, `30`},
		"wider, and not whole":    {"activity_count", "Float64", `30.25`, integer, ``},
		"a truth":                 {"activity_count", "Bool", `true`, integer, `1`},
		"text of a number":        {"activity_count", "String", `"30"`, integer, `30`},
		"text":                    {"activity_count", "String", `"many"`, integer, ``},
		"a list":                  {"activity_count", "Array(UInt8)", `[1]`, integer, ``},
		"a moment for a number":   {"activity_count", "DateTime", `"2026-07-01 10:00:00"`, integer, ``},
		"a number for a text":     {"link_id", "UInt64", `7`, `{"type":"string"}`, `"7"`},
		"a date":                  {"first_activity_at", "Date", `"2026-07-01"`, moment, `"2026-07-01T00:00:00.000000Z"`},
		"a moment as text":        {"first_activity_at", "String", `"2026-07-01T10:00:00+02:00"`, moment, `"2026-07-01T08:00:00.000000Z"`},
		"an epoch":                {"first_activity_at", "UInt32", `1782900000`, moment, ``},
		"a truth for a moment":    {"first_activity_at", "Bool", `true`, moment, ``},
		"a zone that nobody has":  {"first_activity_at", "DateTime('Mars/Olympus')", `"2026-07-01 10:00:00"`, moment, ``},
		"a key of another type":   {"session_id", "Array(String)", `["a"]`, `{"type":"integer"}`, ``},
		"a key that looks right":  {"session_id", "String", `"7"`, `{"type":"integer"}`, ``},
		"an empty text, no value": {"first_activity_at", "String", `""`, moment, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				drifting(s, 1, test.column, test.typ, test.value, 100)
				args := typed(t, map[string]string{test.column: test.catalog}, "")
				out := harness.Run{Server: s, Args: args}.Do(t)
				tested := harness.Run{Server: s, Args: append(args, "--test")}.Do(t)
				require.Equal(t, out.Code, tested.Code, "--test says the same")
				if test.want == "" {
					require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
					require.Empty(t, out.Records(t, summary))
					require.Contains(t, out.LastLine(), fmt.Sprintf("column %q is %s in the API", test.column, test.typ))
					require.Contains(t, out.LastLine(), "hint: discover the catalog again")
					return
				}
				require.Equal(t, 0, out.Code, out.LastLine())
				for _, v := range validates(t, out, test.column) {
					require.Equal(t, test.want, v)
				}
				require.Zero(t, out.Counter(t, "values_nulled", summary))
			})
		})
	}
}

// TestDriftWithinARun has the type change between two requests of one run, with
// the catalog of that very run: the pages before stand.
func TestDriftWithinARun(t *testing.T) {
	for name, first := range map[string]int{"after discovery": 3, "between two pages": 8} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := small()
				drifting(s, first, "activity_count", "Array(UInt8)", `[1]`, 100)
				run := harness.Run{Server: s, Config: oneAtATime, Args: typed(t, map[string]string{"activity_count": `{}`}, "")}
				out := run.Do(t)
				require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), `column "activity_count" is Array(UInt8) in the API, but integer in the catalog`)
				require.NotContains(t, out.LastLine(), "GET ")
				require.Zero(t, out.Counter(t, "values_nulled", summary))
				written := validates(t, out, "activity_count")
				require.Equal(t, name == "between two pages", len(written) > 0)

				// The next run asks for the types first.
				run.State = out.State()
				again := run.Do(t)
				require.Equal(t, 0, again.Code, again.LastLine())
				require.Contains(t, again.Stdout, `"activity_count":[1]`)
			})
		})
	}
}

// TestUnreadableValues has values that are not of the type that the API itself
// declares: few are nulls, many end the stream, and values that no loader could
// take are nulls however many they are.
func TestUnreadableValues(t *testing.T) {
	for name, test := range map[string]struct {
		column, value string
		share         int
		code          int
	}{
		"all of a column":         {"activity_count", `"many"`, 100, program.ExitConfig},
		"every tenth":             {"activity_count", `"many"`, 10, program.ExitOK}, // a page holds fewer than 20 of them
		"every third":             {"activity_count", `"many"`, 34, program.ExitConfig},
		"all moments impossible":  {"first_activity_at", `"2026-02-30 00:00:00"`, 100, program.ExitOK},
		"all years out of range":  {"first_activity_at", `"0000-00-00 00:00:00"`, 100, program.ExitOK},
		"all integers too large":  {"activity_count", `"18446744073709551615"`, 100, program.ExitOK},
		"all texts broken":        {"client_id", `"a\\u0000b"`, 100, program.ExitOK},
		"all moments empty":       {"first_activity_at", `""`, 100, program.ExitConfig},
		"all clocks are no times": {"session_created_at", `"noon"`, 100, program.ExitConfig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				drifting(s, 1, test.column, "", test.value, test.share)
				out := harness.Run{Server: s, Config: harness.Config{"page_size": 100}, Select: []string{summary}}.Do(t)
				require.Equal(t, test.code, out.Code, out.LastLine())
				if test.code != 0 {
					require.Less(t, out.Counter(t, "values_nulled", summary), 20, "pages of a few rows go before")
					require.Regexp(t, fmt.Sprintf("column %q (is DateTime64\\(3\\) in the API|holds other values than [A-Za-z0-9()]+, its type in the API)", test.column), out.LastLine())
					require.Regexp(t, `\d+ of \d+ values would be null; hint: `, out.LastLine())
					return
				}
				require.NotEmpty(t, validates(t, out, test.column))
			})
		})
	}
}

// TestUnreadableValuesOfShortPages: replay_metrics has a page for each window.
func TestUnreadableValuesOfShortPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		drifting(s, 1, "total_sessions", "", `"many"`, 100)
		out := harness.Run{Server: s, Select: []string{"replay_metrics"}}.Do(t)
		require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
		require.Contains(t, out.LastLine(), `column "total_sessions" holds other values than UInt64, its type in the API`)
	})
}

// TestDriftedClocks: the clock decides which rows are loaded; it is never guessed
// at, with or without a catalog.
func TestDriftedClocks(t *testing.T) {
	for name, test := range map[string]struct {
		typ, value, catalog string
		code                int
	}{
		"an epoch":                 {"UInt32", `1782900000`, `{}`, program.ExitConfig},
		"a list":                   {"Array(DateTime)", `[]`, `{}`, program.ExitConfig},
		"an unknown type":          {"Timestamp", `"2026-07-01 10:00:00"`, `{}`, program.ExitConfig},
		"text that is no time":     {"String", `"noon"`, `{}`, program.ExitConfig},
		"a catalog without times":  {"", "", `{"type":"integer"}`, program.ExitConfig},
		"text that is a time":      {"String", "", `{}`, program.ExitOK},
		"a catalog that says text": {"", "", `{"type":"string"}`, program.ExitOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := small()
				drifting(s, 1, "session_created_at", test.typ, test.value, 100)
				out := harness.Run{Server: s, Args: typed(t, map[string]string{"session_created_at": test.catalog}, "")}.Do(t)
				require.Equal(t, test.code, out.Code, out.LastLine())
				if test.code == 0 {
					require.Len(t, validates(t, out, "session_created_at"), len(s.Truth(summary, nil)))
					return
				}
				require.Empty(t, out.Records(t, summary))
				require.Contains(t, out.LastLine(), `column "session_created_at" is `)
			})
		})
	}
}

// TestFewUnreadableClocks: a stream of a few rows, none of which has a clock that
// can be read, is none that could be loaded in parts.
func TestFewUnreadableClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		drifting(s, 1, "session_date", "", `"noon"`, 100)
		out := harness.Run{Server: s, Config: harness.Config{"end_date": "2026-07-04"}, Select: []string{"replicate_session_activity"}}.Do(t)
		require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
		require.Regexp(t, ` \d of \d values would be null`, out.LastLine(), "fewer than 20")
		require.Contains(t, out.LastLine(), `column "session_date" is DateTime64(3) in the API and date-time in the catalog`)
	})
}

// TestDriftLeavesOthersAlone: the stream with the column ends, the others do not.
func TestDriftLeavesOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := small()
		drifting(s, 9, "activity_count", "Array(UInt8)", `[1]`, 100)
		out := harness.Run{Server: s, Config: oneAtATime}.Do(t)
		require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
		require.Len(t, lines(out, "stream is complete"), 4, out.Stderr)
	})
}

// TestMetaAbsent has rows without a list of columns: each value is taken for what
// it looks like, and a column that cannot be read ends the stream all the same.
func TestMetaAbsent(t *testing.T) {
	for name, value := range map[string]string{"good": "", "bad": `"many"`} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := small()
				drifting(s, 1, "activity_count", "", value, 100)
				before, meta := s.Fault, regexp.MustCompile(`(?s)"meta":\s*\[.*?\],`)
				s.Fault = func(r *http.Request) *emulator.Fault {
					f := before(r)
					if f == nil {
						return nil
					}
					change := f.Rewrite
					return &emulator.Fault{Rewrite: func(b []byte) []byte { return meta.ReplaceAll(change(b), nil) }}
				}
				out := harness.Run{Server: s, Select: []string{summary}}.Do(t)
				if value == "" {
					require.Equal(t, 0, out.Code, out.LastLine())
					require.Len(t, validates(t, out, "activity_count"), len(s.Truth(summary, nil)))
					return
				}
				require.Equal(t, program.ExitConfig, out.Code, out.LastLine())
				require.Contains(t, out.LastLine(), `column "activity_count" is of no known type in the API and integer in the catalog`)
				require.Less(t, out.Counter(t, "values_nulled", summary), 20)
			})
		})
	}
}
