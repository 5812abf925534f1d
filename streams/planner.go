package streams

import (
	"slices"
	"sync"
	"tap-reprise/internal/stretch"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// A planner says what becomes of the columns of one stream in one run, and judges
// whether their values fit.
type planner struct {
	settings *Settings
	log      *program.OnceLog
	contact  string
	words    func(text string) program.Words
	stream   tap.Stream
	table    *Table
	hash     func(dst, text []byte) []byte
	quiet    bool // nothing is read yet: no column is worth a word

	// described are the columns that discovery has seen; nil: it was not asked.
	described []rows.Meta

	mu      sync.Mutex
	unknown map[string]int    // rows by column that the catalog does not have
	types   map[string]string // of columns, as the API had them last
	strict  map[string]bool   // of these columns each value must fit
	seen    int               // rows that were judged
	misfits map[string]int    // of these, values by column that did not fit
}

func (s *Source) planner(t *Table, stream tap.Stream, log *program.OnceLog) *planner {
	return &planner{settings: &s.Settings, contact: s.Contact, log: log, words: s.words, stream: stream, table: t,
		hash: hashed(s.Salt), described: s.described[stream.Name],
		unknown: map[string]int{}, types: map[string]string{}, strict: map[string]bool{}, misfits: map[string]int{}}
}

// decoding returns a decoder whose rows end in the given ready members.
func (pl *planner) decoding(constant []byte) *rows.Decoder {
	return pl.decodingFrom(pl.table.Envelope, constant)
}

// decodingFrom is decoding, where an answer has another form than the table's.
func (pl *planner) decodingFrom(e rows.Envelope, constant []byte) *rows.Decoder {
	return &rows.Decoder{Envelope: e, Plan: func(meta []rows.Meta) (*rows.Plan, error) {
		if pl.table.Fixed {
			meta = pl.table.builtinMeta()
		}
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
		own := pl.table.own(c.Name)
		return c.Selected && (c.Name == column || own != nil && own.From == column)
	})
}

// leaveOut counts and warns of the columns of a page that the catalog does not have.
func (pl *planner) leaveOut(p *stretch.Sheet) {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	for name, n := range p.Unknown {
		if slices.Contains(pl.table.Left, name) {
			continue
		}
		pl.unknown[name] += n
		if pl.table.Fixed {
			pl.log.WarnOnce("column "+name, "the API sends a column that this version does not know; it is left out", "column", pl.words(name))
			continue
		}
		pl.log.WarnOnce("column "+name, "the API sends a column that is not in the catalog; it is left out. Discover again to load it", "column", pl.words(name))
	}
}

// close says what a whole run of the stream left out.
func (pl *planner) close() {
	for name, n := range pl.unknown {
		pl.log.Warn("left out a column that is not in the catalog", "column", pl.words(name), "rows", n)
	}
	clear(pl.unknown)
}
