package streams

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/settings"
	"tap-reprise/tap"
)

// The members of a bookmark, as a state holds it. All streams share the shape. Before
// them comes the moment that the bookmark stands for, under the name that the table
// says (Table.Mark). The hub adds whose bookmark it is.
type members struct {
	V              int    `json:"v,omitempty"`
	From           string `json:"from,omitempty"`   // start of what was loaded
	Filter         string `json:"filter,omitempty"` // fingerprint of the filters
	EndInclusive   *bool  `json:"end_inclusive,omitempty"`
	StartExclusive *bool  `json:"start_exclusive,omitempty"`
	Ledger         string `json:"ledger,omitempty"`
}

const bookmarkVersion = 1

// bounds is what the bookmark knows of how metrics read the bounds of a window.
func (m *members) bounds() (b ledger.Bounds) {
	if m.StartExclusive != nil {
		b.Start = ledger.Inclusive
		if *m.StartExclusive {
			b.Start = ledger.Exclusive
		}
	}
	if m.EndInclusive != nil {
		b.End = ledger.Exclusive
		if *m.EndInclusive {
			b.End = ledger.Inclusive
		}
	}
	return b
}

// setBounds notes how metrics read the bounds of a window.
func (m *members) setBounds(b ledger.Bounds) {
	m.StartExclusive, m.EndInclusive = nil, nil
	if b.Start != ledger.Unknown {
		exclusive := b.Start == ledger.Exclusive
		m.StartExclusive = &exclusive
	}
	if b.End != ledger.Unknown {
		inclusive := b.End == ledger.Inclusive
		m.EndInclusive = &inclusive
	}
}

// A position is where a stream goes on: a bookmark as it was understood.
type position struct {
	at      int64 // complete up to here; microseconds
	from    int64 // start of what was loaded
	foreign bool  // written by another connector
	empty   bool  // nothing is loaded yet
	filter  string
	mark    string // at, as it was written
	members members
}

// positionOf reads a bookmark of ours, or of another connector. One that cannot be
// read is an error: taken for an empty one, it would have everything loaded again.
func (r *Reader) positionOf(text tap.Bookmark) (position, error) {
	got := position{empty: true}
	if len(text) == 0 || string(text) == "null" {
		return got, nil
	}
	if !jsoniter.Get(text, "v").ToBool() { // every version of ours has a number there
		return r.takeOver(text)
	}
	if err := jsoniter.Unmarshal(text, &got.members); err != nil {
		return got, r.badBookmark(text, errors.New("one of its values is of the wrong kind"))
	}
	if got.members.V > bookmarkVersion {
		r.Log.Warn("the bookmark was written by a newer version; what this one knows of it is taken", "version", got.members.V)
	}
	value, err := r.markIn(text)
	if err != nil {
		return got, err
	}
	if value == "" {
		if got.members != (members{V: got.members.V}) {
			r.Log.Warn("the bookmark has lost the moment that it stands for; the stream starts over")
		}
		return position{empty: true}, nil
	}
	at, err := settings.Date("bookmark", value)
	if err != nil {
		return got, r.badBookmark(text, err)
	}
	got.mark = value
	got.at, got.empty, got.filter = at.UnixMicro(), false, got.members.Filter
	if from, err := settings.Date("bookmark", got.members.From); err == nil {
		got.from = min(from.UnixMicro(), got.at)
	} else {
		got.from = r.Source.Start.UnixMicro()
	}
	return got, nil
}

func (r *Reader) badBookmark(text tap.Bookmark, err error) error {
	return ConfigError(fmt.Errorf("state of %s: what is there, %d bytes, is not a bookmark: %w", r.Stream.Name, len(text), err),
		"repair it, or remove the stream from the state to load it from start_date again")
}

// ledger is the bookmark as the ledger takes it.
func (got position) ledger() ledger.Bookmark {
	switch {
	case got.empty:
		return ledger.Bookmark{}
	case got.foreign:
		return ledger.Bookmark{Since: got.at}
	}
	return ledger.Bookmark{Since: got.at, From: got.from, Filter: got.filter, Ledger: got.members.Ledger}
}

// future reports whether the bookmark is one of ours and lies after now.
func (got position) future(now time.Time) bool {
	return !got.empty && !got.foreign && got.at > now.UnixMicro()+ledger.Skew
}

// saveLedger writes the ledger's bookmark. The zero bookmark is that of a run that
// had nothing to do yet.
func (r *Reader) saveLedger(b ledger.Bookmark) tap.Bookmark {
	if b == (ledger.Bookmark{}) {
		return tap.Bookmark(`{"v":1}`)
	}
	return r.save(members{From: rfc3339(b.From), Ledger: b.Ledger}, b.Since)
}

// save writes a bookmark at the given moment.
func (r *Reader) save(m members, at int64) tap.Bookmark {
	m.V, m.Filter = bookmarkVersion, r.Table.Filter
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(fmt.Appendf(nil, `{%q:%q,`, r.Table.Mark, rfc3339(at)), text[1:]...)
}

// markIn is the moment that a bookmark says it stands for, "" if it says none.
func (r *Reader) markIn(text tap.Bookmark) (string, error) {
	var all map[string]jsoniter.RawMessage
	var mark string
	err := jsoniter.Unmarshal(text, &all)
	if value, ok := all[r.Table.Mark]; err == nil && ok {
		err = jsoniter.Unmarshal(value, &mark)
	}
	if err != nil {
		return "", r.badBookmark(text, errors.New("one of its values is of the wrong kind"))
	}
	return mark, nil
}

// rfc3339 writes a moment with six digits, as in records.
func rfc3339(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}
