package reprise

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"sync"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// A reader reads one stream in one run. Several of its stretches may be in flight.
// It keeps what they learn about the pipe.
type reader struct {
	conn    *connection
	config  *Config
	log     *slog.Logger
	stream  tap.Stream
	table   *table
	hash    func(dst, text []byte) []byte
	params  url.Values
	decoder *rows.Decoder
	pages   *pageList

	hints *hints // what is known of the pipe, by discovery too
	quiet bool   // nothing is read yet: no column is worth a word

	// described are the columns that discovery has seen; nil: it was not asked.
	described []rows.Meta

	mu      sync.Mutex
	longest int            // rows of the longest page that this pipe gave
	cap     int            // rows that a silent limit cut a page to; 0: none seen
	each    int            // bytes of a row, by the last page that had any
	last    ledger.Density // of the last whole stretch
	warned  []string       // what was already warned of
	unknown map[string]int
	types   map[string]string // of columns, as the API had them last
	strict  map[string]bool   // of these columns each value must fit
	seen    int               // rows that were judged
	misfits map[string]int    // of these, values by column that did not fit
}

func (s *Source) reader(stream tap.Stream) *reader {
	t := s.table(stream.Name)
	r := &reader{conn: s.conn, config: s.config, log: s.env.Log.With("stream", stream.Name),
		stream: stream, table: t, hash: hashed(s.config.ViewerDataSalt), unknown: map[string]int{},
		types: map[string]string{}, strict: map[string]bool{}, misfits: map[string]int{}}
	r.described = s.described[stream.Name]
	r.params = t.params(s.config, r.wanted)
	r.decoder = r.decoding(nil)
	r.pages, r.hints = s.pages, s.hints[t.name]
	return r
}

// decoding returns a decoder whose rows end in the given ready members.
func (r *reader) decoding(constant []byte) *rows.Decoder {
	return &rows.Decoder{Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		if err := r.vanished(meta); err != nil {
			return nil, err
		}
		return r.plan(meta, constant)
	}}
}

// base asks for everything that the pipe holds. Callers narrow it.
func (r *reader) base() query { return query{pipe: r.table.name, values: r.params, decoder: r.decoder} }

// probe is a query that costs the API next to nothing, for when its rows do not
// matter. Its span is short: without one the API would have to sort all rows.
func (r *reader) probe() query {
	if r.table.noStart {
		return r.base()
	}
	start := stamp(r.config.start.UnixMicro())
	return r.base().with("start_timestamp", start).with("end_timestamp", start)
}

// always is all of time.
var always = ledger.Span{From: -1 << 62, To: 1 << 62}

// wanted reports whether a column must come from the API: it is selected, or a
// selected one is computed from it.
func (r *reader) wanted(column string) bool {
	return slices.ContainsFunc(r.stream.Columns, func(c tap.Column) bool {
		return c.Selected && (c.Name == column || c.Name == internalColumn && r.owns(c.Name) && column == r.table.internal)
	})
}

// warnOnce warns of each subject once a stream and run.
func (r *reader) warnOnce(subject, message string, args ...any) {
	r.logOnce(slog.LevelWarn, subject, message, args...)
}

func (r *reader) logOnce(level slog.Level, subject, message string, args ...any) {
	r.mu.Lock()
	known := slices.Contains(r.warned, subject)
	if !known {
		r.warned = append(r.warned, subject)
	}
	r.mu.Unlock()
	if !known {
		r.log.Log(context.Background(), level, message, args...)
	}
}

// learn keeps what a page shows of the pipe, and warns of columns that the catalog
// does not have.
func (r *reader) learn(p *sheet) {
	r.mu.Lock()
	if r.longest = max(r.longest, len(p.Rows)); r.longest > r.cap {
		r.cap = 0 // it was a replica that lagged behind, not a limit
	}
	if n := len(p.Rows); n > 0 {
		r.each = int(p.Bytes)/n + 1
	}
	for name, n := range p.Unknown {
		r.unknown[name] += n
	}
	r.mu.Unlock()
	for name := range p.Unknown {
		r.warnOnce("column "+name, "the API sends a column that is not in the catalog; it is left out. Discover again to load it", "column", r.conn.words(name))
	}
}

// close says what a whole run of the stream left out.
func (r *reader) close() {
	for name, n := range r.unknown {
		r.log.Warn("left out a column that is not in the catalog", "column", r.conn.words(name), "rows", n)
	}
}
