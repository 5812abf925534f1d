package reprise

import (
	"net/url"
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
	log     *onceLog
	stream  tap.Stream
	table   *table
	planner *planner
	params  url.Values
	decoder *rows.Decoder
	pages   *pageList
	sizes   *pageSizes
	hints   *hints // what is known of the pipe, by discovery too

	mu   sync.Mutex
	last ledger.Density // of the last whole stretch
}

func (s *Source) reader(stream tap.Stream) *reader {
	t := s.table(stream.Name)
	log := &onceLog{Logger: s.env.Log.With("stream", stream.Name)}
	r := &reader{conn: s.conn, config: s.config, log: log, stream: stream, table: t, planner: s.planner(stream, log),
		pages: s.pages, sizes: &pageSizes{most: s.config.PageSize}, hints: s.hints[t.name]}
	r.params = t.params(s.config, r.planner.wanted)
	r.decoder = r.planner.decoding(nil)
	return r
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
