package reprise

import (
	"slices"
	"sync"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// A planner says what becomes of the columns of one stream in one run, and judges
// whether their values fit.
type planner struct {
	config *Config
	log    *onceLog
	words  func(text string) program.Words
	stream tap.Stream
	table  *table
	hash   func(dst, text []byte) []byte
	quiet  bool // nothing is read yet: no column is worth a word

	// described are the columns that discovery has seen; nil: it was not asked.
	described []rows.Meta

	mu      sync.Mutex
	unknown map[string]int    // rows by column that the catalog does not have
	types   map[string]string // of columns, as the API had them last
	strict  map[string]bool   // of these columns each value must fit
	seen    int               // rows that were judged
	misfits map[string]int    // of these, values by column that did not fit
}

func (s *Source) planner(stream tap.Stream, log *onceLog) *planner {
	return &planner{config: s.config, log: log, words: s.conn.words, stream: stream, table: s.table(stream.Name),
		hash: hashed(s.config.ViewerDataSalt), described: s.described[stream.Name],
		unknown: map[string]int{}, types: map[string]string{}, strict: map[string]bool{}, misfits: map[string]int{}}
}

// decoding returns a decoder whose rows end in the given ready members.
func (pl *planner) decoding(constant []byte) *rows.Decoder {
	return &rows.Decoder{Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		if err := pl.vanished(meta); err != nil {
			return nil, err
		}
		return pl.plan(meta, constant)
	}}
}

// wanted reports whether a column must come from the API: it is selected, or a
// selected one is computed from it.
func (pl *planner) wanted(column string) bool {
	return slices.ContainsFunc(pl.stream.Columns, func(c tap.Column) bool {
		return c.Selected && (c.Name == column || c.Name == internalColumn && pl.owns(c.Name) && column == pl.table.internal)
	})
}

// leaveOut counts and warns of the columns of a page that the catalog does not have.
func (pl *planner) leaveOut(p *sheet) {
	pl.mu.Lock()
	for name, n := range p.Unknown {
		pl.unknown[name] += n
	}
	pl.mu.Unlock()
	for name := range p.Unknown {
		pl.log.warnOnce("column "+name, "the API sends a column that is not in the catalog; it is left out. Discover again to load it", "column", pl.words(name))
	}
}

// close says what a whole run of the stream left out.
func (pl *planner) close() {
	for name, n := range pl.unknown {
		pl.log.Warn("left out a column that is not in the catalog", "column", pl.words(name), "rows", n)
	}
}
