package stretch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
)

// A visit is a row of a fake API, which shows of it only what lies in a window. Its
// times are hours.
type visit struct{ begin, end int64 }

// visits are a fake API: GET ?from=H&to=H&limit=N.
type visits struct {
	list  []visit
	most  int      // rows of an answer, whatever is asked for; 0: as many as asked for
	asked []string // windows and limits
}

func (v *visits) RoundTrip(req *http.Request) (*http.Response, error) {
	q := req.URL.Query()
	number := func(name string) int64 { n, _ := strconv.ParseInt(q.Get(name), 10, 64); return n }
	v.asked = append(v.asked, fmt.Sprintf("%s-%s/%s", q.Get("from"), q.Get("to"), q.Get("limit")))
	list := []map[string]any{}
	for i, one := range v.list {
		begin, end := max(one.begin, number("from")), min(one.end, number("to")-1)
		if begin > end || len(list) == int(number("limit")) || v.most > 0 && len(list) == v.most {
			continue
		}
		list = append(list, map[string]any{"id": strconv.Itoa(i), "begin": begin, "end": time.UnixMicro(end * ledger.Hour).UTC().Format(time.DateTime)})
	}
	text, err := json.Marshal(map[string]any{"data": list})
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}, "Date": {"Tue, 01 Dec 2026 00:00:00 GMT"}},
		Body: io.NopCloser(strings.NewReader(string(text))), Request: req}, err
}

// reader reads them, with a margin of two hours at first.
func (v *visits) reader() *Reader {
	quiet := slog.New(slog.DiscardHandler)
	client := api.New(api.Config{Log: quiet, Secrets: &program.Secrets{}, InFlight: 1, Patience: time.Minute, Transport: v,
		Limits: api.Limits{Quiet: time.Minute, Glance: time.Minute, Refusal: time.Minute, Body: 1 << 20, RefusalBody: 1 << 10, First: time.Unix(0, 0), Last: time.Unix(1<<40, 0)}})
	decoder := &rows.Decoder{Envelope: rows.Envelope{Rows: []string{"data"}}, Plan: func([]rows.Meta) (*rows.Plan, error) {
		return &rows.Plan{Rules: []rows.Rule{{Name: "id"}, {Name: "begin", Kind: rows.Integer}, {Name: "end", Kind: rows.Time, Clock: true}}}, nil
	}}
	r := &Reader{Client: client, Log: program.NewOnceLog(quiet), Pages: new(Pages), Hints: new(Hints), Finest: ledger.Hour, InFlight: 1, PageSize: 4,
		Name: func(Query) string { return "GET visits" },
		Send: func(ctx context.Context, q Query, read func(*api.Answer) error) error {
			return client.Do(ctx, &api.Call{Method: http.MethodGet, URL: fmt.Sprintf("http://localhost/?%s&limit=%d", q.Values.Encode(), q.Limit),
				Read: func(_ context.Context, a *api.Answer) error { return read(a) }})
		},
		Belongs: func(s ledger.Span, row *rows.Row) bool { return s.Holds(row.At) },
	}
	hour := func(micros int64) string { return strconv.FormatInt(micros/ledger.Hour, 10) }
	r.Within = func(ledger.Span) Query { return Query{} }
	r.Margin = &Margin{Before: 2 * ledger.Hour, Most: 64 * ledger.Hour, Gap: ledger.Hour,
		Window: func(s ledger.Span, before int64) (Query, int64) {
			return Query{Decoder: decoder}.With("from", hour(s.From-before)).With("to", hour(s.To+ledger.Hour)), s.From - before
		},
		Full: func(_ context.Context, q Query, p *Sheet) (bool, error) {
			return len(p.Rows) >= q.Limit || v.most > 0 && len(p.Rows) >= v.most, nil
		},
		Larger: func(limit int) int { return min(4*limit, 64) },
		Began: func(row *rows.Row) (int64, bool) {
			var one struct{ Begin int64 }
			err := json.Unmarshal(row.JSON, &one)
			return one.Begin * ledger.Hour, err == nil
		},
	}
	return r
}

func span(from, to int64) ledger.Span {
	return ledger.Span{From: from * ledger.Hour, To: to * ledger.Hour}
}

// TestMargin: a row leaves only when its answer shows all of it, and each span has
// the rows that end in it.
func TestMargin(t *testing.T) {
	for name, c := range map[string]struct {
		visits []visit
		most   int
		span   ledger.Span
		fine   bool // the span cannot be divided
		want   string
		asked  string
		more   int64 // rows of a span that is too large
		err    string
	}{
		"far inside":            {visits: []visit{{99, 101}, {90, 92}, {107, 109}}, span: span(100, 104), want: `[{"id":"0","begin":99}]`, asked: "98-105/4"},
		"begun at the edge":     {visits: []visit{{98, 101}}, span: span(100, 104), want: `[{"id":"0","begin":98}]`, asked: "98-105/4 96-105/4"},
		"begun long before":     {visits: []visit{{80, 101}}, span: span(100, 104), want: `[{"id":"0","begin":80}]`, asked: "98-105/4 96-105/4 92-105/4 84-105/4 68-105/4"},
		"cut, of a neighbour":   {visits: []visit{{80, 99}, {103, 200}}, span: span(100, 104), want: `[]`, asked: "98-105/4"},
		"begun before any edge": {visits: []visit{{-1000, 101}}, span: span(100, 104), err: "may have begun before the window", asked: "98-105/4 96-105/4 92-105/4 84-105/4 68-105/4 36-105/4"},
		"full of its own":       {visits: []visit{{99, 100}, {100, 101}, {101, 102}, {102, 103}, {103, 103}}, span: span(100, 104), more: 4, asked: "98-105/4"},
		"full, and one hour":    {visits: []visit{{99, 100}, {99, 100}, {99, 100}, {99, 100}, {100, 100}}, span: span(100, 101), fine: true, want: `[{"id":"0","begin":99},{"id":"1","begin":99},{"id":"2","begin":99},{"id":"3","begin":99},{"id":"4","begin":100}]`, asked: "98-102/4 98-102/16"},
		"full of neighbours":    {visits: []visit{{98, 99}, {98, 99}, {98, 99}, {98, 99}, {100, 101}}, span: span(100, 104), want: `[{"id":"4","begin":100}]`, asked: "98-105/4 98-105/16"},
		"a server that caps":    {visits: []visit{{99, 100}, {99, 100}, {99, 100}}, most: 2, span: span(100, 101), fine: true, err: "the answer ends at 2 rows, whatever limit is asked for", asked: "98-102/4 98-102/16 98-102/64"},
	} {
		t.Run(name, func(t *testing.T) {
			v := &visits{list: c.visits, most: c.most}
			r := v.reader()
			got, more, err := r.span(t.Context(), c.span, Query{Limit: 4, Divisible: !c.fine}, nil)
			require.Equal(t, c.asked, strings.Join(v.asked, " "))
			require.Equal(t, c.more, more)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				require.NotEmpty(t, program.Hint(err))
				return
			}
			require.NoError(t, err)
			if c.want == "" {
				require.Nil(t, got)
				return
			}
			require.Equal(t, c.want, shownVisits(got))
		})
	}
}

// TestMarginOfAServerThatDoesNotObey: nothing of its answer is taken.
func TestMarginOfAServerThatDoesNotObey(t *testing.T) {
	r := (&visits{list: []visit{{99, 101}}}).reader()
	astray := errors.New("another window")
	r.Margin.Obeyed = func(Query, *Sheet) error { return astray }
	got, _, err := r.span(t.Context(), span(100, 104), Query{Limit: 4}, nil)
	require.ErrorIs(t, err, astray)
	require.Nil(t, got)
}

// shownVisits are the rows of a stretch without their ends, which the window may cut.
func shownVisits(got *Stretch) string {
	out := make([]string, len(got.Rows))
	for i, row := range got.Rows {
		text, _, _ := strings.Cut(string(row), `,"end"`)
		out[i] = text + "}"
	}
	return "[" + strings.Join(out, ",") + "]"
}
