package tap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"tap-reprise/internal/object"
)

// Bookmarks are those of a run's streams, as a state of either protocol brought
// them and as the run moves them. The zero value is a first run.
type Bookmarks struct {
	// Named says that somebody gave a state that holds something.
	Named bool

	// Account is whose data is read; "": not known. Settle finds it.
	Account string

	marks []object.Member // by stream
}

// NewBookmarks are the given ones by stream, in their order; each is an object
// or null.
func NewBookmarks(marks []object.Member) *Bookmarks { return &Bookmarks{marks: marks} }

// All are the bookmarks by stream, in their order: of streams that nobody here
// knows, too. The caller must not change them.
func (m *Bookmarks) All() []object.Member { return m.marks }

// Of returns the bookmark of s, or one kept under a name that another connector
// gave to s, or nil. A null is as good as none: merging stores cannot remove a
// key.
func (m *Bookmarks) Of(s Stream) Bookmark {
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		for _, mark := range m.marks {
			if mark.Name == name && len(mark.Value) > 2 && mark.Value[0] == '{' {
				return Bookmark(mark.Value)
			}
		}
	}
	return nil
}

// Set replaces the bookmark of a stream by a copy of b, which CheckBookmark must
// have passed.
func (m *Bookmarks) Set(stream string, b Bookmark) {
	for i := range m.marks {
		if mark := &m.marks[i]; mark.Name == stream {
			mark.Value = bytes.Clone(Remember(b, mark.Value, m.Account))
			return
		}
	}
	m.marks = append(m.marks, object.Member{Name: stream, Value: bytes.Clone(Remember(b, nil, m.Account))})
}

// WarnStarts says which of tasks start over although a state was given. One that
// has no bookmark for any stream is another tool's, or that of a run that came to
// nothing.
func (m *Bookmarks) WarnStarts(streams []Stream, tasks []Task, log *slog.Logger) {
	if !m.Named && len(m.marks) == 0 {
		return
	}
	if !slices.ContainsFunc(streams, func(s Stream) bool { return m.Of(s) != nil }) {
		log.Warn("the state has no bookmark for any stream of this source: every stream starts over")
		return
	}
	for _, task := range tasks {
		s := task.Stream
		switch {
		case m.Of(s) != nil:
		case slices.ContainsFunc(m.marks, func(mark object.Member) bool { return mark.Name == s.Name }):
			log.Warn("the bookmark in the state is empty: the stream starts over", "stream", s.Name)
		default:
			log.Info("the state does not know the stream: it is loaded from start_date", "stream", s.Name)
		}
	}
}

// CheckBookmark reports a bookmark that would break the line it is written on.
func CheckBookmark(b Bookmark) error {
	if object.KindOf(b) != "an object" || !json.Valid(b) || bytes.ContainsAny(b, "\r\n") {
		return fmt.Errorf("its bookmark of %d bytes is not a JSON object on one line", len(b))
	}
	return nil
}

// EmptyState is the warning of a state file that holds nothing.
const EmptyState = "the state file is empty: loading everything from start_date"
