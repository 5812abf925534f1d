package streams

import (
	"net/url"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/tap"
)

// A Reader reads one stream in one run, or one part of it.
type Reader struct {
	Source *Source
	Table  *Table
	Stream tap.Stream
	Log    *program.OnceLog
	Spans  *stretch.Reader

	// Part is the part of the account that is read; the zero Part where it has none.
	Part Part

	units   int // of a ledger; 0: as many as it takes
	planner *planner
	params  url.Values
	decoder *rows.Decoder
}

// Reader returns a reader of a stream, with the columns that it selects.
func (s *Source) Reader(stream tap.Stream) *Reader {
	t := s.Table(stream.Name)
	log := program.NewOnceLog(s.Env.Log.With("stream", stream.Name))
	return s.reader(t, stream, log, s.planner(t, stream, log), Part{})
}

// reader returns a reader of a part.
func (s *Source) reader(t *Table, stream tap.Stream, log *program.OnceLog, pl *planner, part Part) *Reader {
	r := &Reader{Source: s, Table: t, Stream: stream, Log: log, Part: part, planner: pl}
	if t.Params != nil {
		r.params = t.Params(pl.wanted)
	}
	r.decoder = pl.decoding(part.constant(pl.wanted))
	r.Spans = &stretch.Reader{
		Client: s.Client, Log: log, Pages: s.pages, Hints: s.hints[t.Name], Name: s.Name, Send: s.Send,
		Judge: r.judge, Belongs: r.belongs, Check: t.Check,
		PageSize: s.PageSize, Finest: max(t.Finest, ledger.Second), InFlight: s.InFlight,
		Key: t.Key, Ties: t.Ties, History: t.History, Tiebreak: t.Tiebreak,
	}
	if t.Within != nil {
		r.Spans.Within = func(s ledger.Span) stretch.Query { return t.Within(r, s) }
	}
	if t.Margin != nil {
		r.Spans.Margin = t.Margin(r)
	}
	return r
}

// Inquirer is a reader for questions about a table, whose rows are not written.
func (s *Source) Inquirer(t *Table, wanted func(column string) bool) *Reader {
	r := s.Reader(tap.Stream{Name: t.Name})
	if t.Params != nil && wanted != nil {
		r.params = t.Params(wanted)
	}
	r.planner.quiet, r.Spans.Judge = true, nil
	r.decoder = &rows.Decoder{Envelope: t.Envelope, Plan: func([]rows.Meta) (*rows.Plan, error) { return &rows.Plan{}, nil }}
	return r
}

// Base asks for everything that the endpoint holds. Callers narrow it.
func (r *Reader) Base() stretch.Query {
	return stretch.Query{Endpoint: r.Table.endpoint(), Part: r.Part.Name, Values: r.params, Decoder: r.decoder}
}

// OneRow is q for one row, which the answer itself is.
func (r *Reader) OneRow(q stretch.Query) stretch.Query {
	q.Decoder = r.planner.decodingFrom(rows.Envelope{Rows: []string{}, Single: true}, r.Part.constant(r.planner.wanted))
	return q
}

// judge sees each page before its rows go anywhere.
func (r *Reader) judge(p *stretch.Sheet) error {
	r.planner.leaveOut(p)
	return r.planner.judge(p)
}

// belongs reports whether a row that was sent for s is to be written with it. The
// second to spare brings in rows of the neighbours, which write them themselves. A
// row stays if its clock lies elsewhere, stands for two moments, or is missing. With
// a margin, rows of elsewhere are expected: only one without a clock stays.
func (r *Reader) belongs(s ledger.Span, row *rows.Row) bool {
	switch {
	case r.Table.Windows != nil, r.Table.Clock == "", row.HasAt && s.From <= row.At && row.At < s.To:
		return true
	case r.Table.FeedFrom != nil:
		return !row.HasAt
	case row.HasAt && r.Spans.Margin != nil,
		row.HasAt && row.At >= s.From-2*ledger.Second && row.At < s.To+2*ledger.Second && !row.Twice:
		return false
	}
	r.Log.WarnOnce("elsewhere", "the API sends rows whose "+r.Table.Clock+" is missing or outside the time asked for; they are written", "column", r.Table.Clock)
	return true
}

// Stamp writes a moment as APIs on ClickHouse take it: whole seconds, UTC. What its
// DateTime cannot show becomes its begin or its end. So an earlier moment never
// becomes a later stamp.
func Stamp(micros int64) string {
	micros = max(ClockBegins.UnixMicro(), min(micros, clockEnds.UnixMicro()))
	return time.UnixMicro(micros).UTC().Format(time.DateTime)
}

// The clock of such a database begins and ends here.
var (
	ClockBegins = time.Unix(0, 0).UTC()
	clockEnds   = time.Date(2105, 12, 31, 23, 59, 59, 0, time.UTC)
)
