package streams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A Part is a piece of an account that is read on its own: a site, say.
type Part struct {
	// Name stands in requests and in bookmarks.
	Name string

	// Column is the column of our own that says in each row whose it is, and Value its
	// JSON.
	Column, Value string
}

// constant is the member that ends the rows of a part, where it is wanted.
func (p Part) constant(wanted func(column string) bool) []byte {
	if p.Column == "" || !wanted(p.Column) {
		return nil
	}
	return fmt.Appendf(nil, "%q:%s", p.Column, p.Value)
}

// ByPart reads a stream for one part of the account after the other, each as walk
// does. Its bookmark holds one for each part, also of parts that are not read any
// more. A part that fails alone leaves the others; its error comes last. With two
// that may answer later it is an outage, which is not waited out for each.
func ByPart(walk Walk) Walk {
	return func(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
		return func(yield func(tap.Page, error) bool) {
			marks, err := r.partMarks(since)
			var parts []Part
			if err == nil {
				parts, err = r.Source.Parts(ctx)
			}
			if err != nil {
				yield(tap.Page{}, err)
				return
			}
			var failed []error
			silent := 0
			for i, part := range parts {
				one := r.of(part)
				one.units = unitsOf(len(parts))
				for page, err := range walk(one, ctx, marks.of(part.Name)) {
					if alone := err != nil && ctx.Err() == nil && (Denied(err) || OneEndpoint(err)); alone {
						failed = append(failed, err)
						if program.ExitCode(err) == program.ExitRetry {
							silent++
						}
						break
					}
					if page.Bookmark != nil {
						marks.Parts[part.Name] = page.Bookmark
						page.Bookmark = marks.save(r.Table.Mark)
					}
					page.Done = (float64(i) + page.Done) / float64(len(parts))
					if !yield(page, err) || err != nil {
						return
					}
				}
				if silent == outage {
					break
				}
			}
			if len(parts) == 0 && !yield(tap.Page{Bookmark: marks.save(r.Table.Mark), Done: 1}, nil) {
				return
			}
			if len(failed) > 0 {
				yield(tap.Page{}, errors.Join(failed...))
			}
		}
	}
}

// unitsOf is how many units the ledger of one of n parts has: with many of them a
// bookmark would become large.
func unitsOf(n int) int { return min(mostUnits, max(leastUnits, 4*mostUnits/max(1, n))) }

const mostUnits, leastUnits = 720, 72

// outage is how many parts that may answer later end the stream.
const outage = 2

// of is r for one part.
func (r *Reader) of(part Part) *Reader {
	log := program.NewOnceLog(r.Log.With(part.Column, part.Name))
	return r.Source.reader(r.Table, r.Stream, log, r.planner, part)
}

// partMarks are the bookmarks of the parts, as a bookmark holds them.
type partMarks struct {
	V     int                     `json:"v"`
	Parts map[string]tap.Bookmark `json:"parts"`

	all tap.Bookmark // one that speaks of all parts alike: another connector's
}

// partMarks reads the bookmark of a stream that is read by part.
func (r *Reader) partMarks(text tap.Bookmark) (*partMarks, error) {
	m := &partMarks{}
	if len(text) > 0 && string(text) != "null" {
		if err := json.Unmarshal(text, m); err != nil {
			return nil, r.badBookmark(text, errors.New("one of its values is of the wrong kind"))
		}
		if m.V == 0 {
			m.all = text
		}
	}
	m.V = bookmarkVersion
	if m.Parts == nil {
		m.Parts = map[string]tap.Bookmark{}
	}
	return m, nil
}

// of is the bookmark of a part, nil for one that is new.
func (m *partMarks) of(name string) tap.Bookmark {
	if mark, ok := m.Parts[name]; ok {
		return mark
	}
	return m.all
}

// save writes the bookmark. The moment that it stands for is that of the part that is
// furthest behind.
func (m *partMarks) save(mark string) tap.Bookmark {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // what was read, and what this program has written
	}
	var since []string
	for _, part := range m.Parts {
		var at map[string]json.RawMessage
		var moment string
		if json.Unmarshal(part, &at) == nil && json.Unmarshal(at[mark], &moment) == nil && moment != "" {
			since = append(since, moment)
		}
	}
	if len(since) == 0 {
		return text
	}
	return append(fmt.Appendf(nil, `{%q:%q,`, mark, slices.Min(since)), text[1:]...)
}
