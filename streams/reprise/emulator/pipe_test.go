package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every dialect that changes how a page is printed, none that changes its rows.
var dialects = map[string]Dialect{
	"as ClickHouse prints":  {},
	"compact, data first":   {Layout: Compact, MetaLast: true},
	"carriage returns":      {Layout: CRLF, EscapeSlash: true},
	"blanks everywhere":     {Layout: Spaces, QuoteInt64: true},
	"shuffled columns":      {ShuffleColumns: true, MetaLast: true},
	"second clocks":         {SecondClock: true},
	"clocks of New York":    {Zone: "America/New_York"},
	"other columns":         {Extra: []Column{{"extra", "Tuple(a UInt8)", `{"a":1}`}}, Missing: []string{"client_id"}},
	"bounds turned round":   {StartExclusive: true, EndInclusive: true},
	"a total that is a lie": {RowsBefore: LowerBound},
	"no total":              {RowsBefore: Absent},
}

func TestPagesHoldTheTruth(t *testing.T) {
	const asked = "&visitor_key=1&visitor_company=1&poster=1"
	for name, d := range dialects {
		for _, p := range pipes {
			t.Run(name+"/"+p.name, func(t *testing.T) {
				s := sampleServer()
				s.Dialect = d
				query := allOf(p)
				if p == &activityPipe {
					query += asked
				}
				got := get(t, s, p.name, query).page(t)
				want := s.Truth(p.name, values(t, query))
				require.NotEmpty(t, want)
				require.Len(t, got.Data, len(want))
				for i, row := range want {
					require.Len(t, got.Data[i], len(row))
					require.Len(t, got.Meta, len(row))
					for _, c := range row {
						require.Equal(t, c.JSON, oneLine(t, got.Data[i][c.Name]), c.Name)
					}
				}
				for _, c := range s.Columns(p.name, values(t, query)) {
					require.Contains(t, got.Meta, struct{ Name, Type string }{c.Name, c.Type})
				}
			})
		}
	}
}

// oneLine takes the layout out of a value.
func oneLine(t *testing.T, value json.RawMessage) string {
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, value))
	return b.String()
}

func TestClickHouseLayout(t *testing.T) {
	s := New(NewAccount(Options{Seed: 1, Start: start, Days: -1, Changes: -1}), at(time.Hour))
	s.Account.AddChange(Change{ID: `a/"b"`, Changed: at(0), Ingested: at(time.Second)})
	const meta = `{
	"meta":
	[
		{
			"name": "entity_type",
			"type": "Enum8('published_replay' = 1, 'published_replay_link' = 2)"
		},
`
	const data = `
	"data":
	[
		{
			"entity_type": "published_replay",
			"entity_id": "a/\"b\"",
			"published_replay_id": null,
			"change_type": "modified",
			"changed_at": "2026-03-03 00:00:00.000",
			"ingested_at": "2026-03-03 00:00:01"
		}
	],

	"rows": 1,

	"rows_before_limit_at_least": 1,

	"statistics":
	{
		"elapsed": 0.001200230,
		"rows_read": 1,
		"bytes_read": 412
	}
}
`
	body := string(get(t, s, "replay_change_feed", "").body)
	require.True(t, strings.HasPrefix(body, meta), body)
	require.True(t, strings.HasSuffix(body, data), body)
	require.Contains(t, string(get(t, s, "replay_change_feed", "limit=0").body), "\"data\":\n\t[\n\n\t],")
	s.Dialect = Dialect{Layout: Compact, MetaLast: true, EscapeSlash: true}
	require.Contains(t, string(get(t, s, "replay_change_feed", "").body),
		`{"data":[{"entity_type":"published_replay","entity_id":"a\/\"b\"","published_replay_id":null,`)
}

func TestDocumentedOrders(t *testing.T) {
	for name, d := range map[string]Dialect{"millisecond clocks": {}, "second clocks": {SecondClock: true}, "ties shuffled": {ShuffleTies: true}} {
		for pipe, keys := range map[string][]string{
			"replay_session_activity":    {"create_at", "activity_id"},
			"replicate_session_activity": {"session_date", "session_id"},
			"replay_session_summary":     {"session_created_at"},
			"replay_change_feed":         {"ingested_at"},
		} {
			t.Run(name+"/"+pipe, func(t *testing.T) {
				s := sampleServer()
				s.Account.Burst(Burst{At: at(0), Span: 2 * time.Second, Sessions: 50, EventsEach: 5, Lives: 50, Changes: 50})
				s.Dialect = d
				p := get(t, s, pipe, allOf(pipeNamed(pipe))).page(t)
				require.True(t, slices.IsSortedFunc(p.Data, func(a, b map[string]json.RawMessage) int {
					for _, key := range keys {
						if c := cmp.Compare(string(a[key]), string(b[key])); c != 0 {
							return c
						}
					}
					return 0
				}))
			})
		}
	}
}

func TestShuffledTiesAreTheSameRows(t *testing.T) {
	for pipe, id := range map[string]string{
		"replay_session_summary": "session_id", "replay_change_feed": "entity_id", "replay_metrics": "entity_id",
	} {
		t.Run(pipe, func(t *testing.T) {
			s := sampleServer()
			s.Account.Burst(Burst{At: at(0), Span: time.Second, Sessions: 100, Changes: 100})
			s.Dialect = Dialect{ShuffleTies: true, SecondClock: true}
			a := get(t, s, pipe, allOf(pipeNamed(pipe))).page(t).column(id)
			b := get(t, s, pipe, allOf(pipeNamed(pipe))).page(t).column(id)
			require.NotEqual(t, a, b)
			require.ElementsMatch(t, a, b)
		})
	}
}

func TestShuffledColumns(t *testing.T) {
	s := sampleServer()
	s.Dialect = Dialect{ShuffleColumns: true, Layout: Compact}
	a := get(t, s, "replay_session_summary", all+"&limit=2").page(t)
	b := get(t, s, "replay_session_summary", all+"&limit=2").page(t)
	require.NotEqual(t, a.Meta, b.Meta)
	require.ElementsMatch(t, a.Meta, b.Meta)
	require.Equal(t, a.Data, b.Data)
}

func TestLimitAndTotals(t *testing.T) {
	s := sampleServer()
	n := len(s.Truth("replay_session_summary", nil))
	require.Greater(t, n, 100)
	for name, c := range map[string]struct {
		dialect Dialect
		query   string
		rows    int
		total   any
	}{
		"no limit is everything":       {query: "", rows: n, total: n},
		"a page in the middle":         {query: "&limit=10&offset=20", rows: 10, total: n},
		"the last page":                {query: fmt.Sprintf("&limit=10&offset=%d", n-3), rows: 3, total: n},
		"beyond the last":              {query: fmt.Sprintf("&limit=10&offset=%d", n), rows: 0, total: n},
		"limit 0":                      {query: "&limit=0", rows: 0, total: 0},
		"a lower bound on a page":      {Dialect{RowsBefore: LowerBound}, "&limit=10&offset=20", 10, 30},
		"a lower bound at the end":     {Dialect{RowsBefore: LowerBound}, fmt.Sprintf("&limit=10&offset=%d", n-3), 3, n},
		"no total":                     {Dialect{RowsBefore: Absent}, "&limit=10", 10, nil},
		"a silent cap":                 {Dialect{CapLimit: 7}, "&limit=10", 7, n},
		"a silent cap without a limit": {Dialect{CapLimit: 7}, "", 7, n},
	} {
		t.Run(name, func(t *testing.T) {
			s.Dialect = c.dialect
			p := get(t, s, "replay_session_summary", all+c.query).page(t)
			require.Len(t, p.Data, c.rows)
			if c.total == nil {
				require.Nil(t, p.Rbl)
				return
			}
			require.Equal(t, c.total, *p.Rbl)
		})
	}
}

func TestMetricsStopAt200(t *testing.T) {
	s := New(NewAccount(Options{Seed: 2, Start: start, Days: 3, SessionsPerDay: 3000, EventsPerSession: 1, LinksPerReplay: 50}), start.AddDate(0, 0, 40))
	query := all + "&group_by=published_replay_link"
	require.Len(t, get(t, s, "replay_metrics", query).page(t).Data, 200)
	require.Len(t, get(t, s, "replay_metrics", query+"&limit=1000").page(t).Data, 300)
}

func TestQueriesThatAreTooLarge(t *testing.T) {
	for name, c := range map[string]struct {
		dialect Dialect
		status  int
		text    string
	}{
		"runs too long":           {Dialect{MaxRows: 10}, http.StatusRequestTimeout, "TIMEOUT_EXCEEDED"},
		"answer too large":        {Dialect{MaxBody: 1000}, http.StatusRequestEntityTooLarge, "size limit"},
		"answer too large as 500": {Dialect{MaxBody: 1000, MaxBodyStatus: 500}, http.StatusInternalServerError, "size limit"},
	} {
		t.Run(name, func(t *testing.T) {
			s := sampleServer()
			s.Dialect = c.dialect
			got := get(t, s, "replay_session_activity", all)
			require.Equal(t, c.status, got.status)
			require.Contains(t, got.error(t), c.text)
			s.Dialect.MaxBody, s.Dialect.MaxRows = 1<<30, 1<<30
			require.Equal(t, http.StatusOK, get(t, s, "replay_session_activity", all).status)
		})
	}
}
