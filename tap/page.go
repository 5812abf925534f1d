package tap

import "encoding/json"

// A Page is a run of rows and the bookmark that covers them.
type Page struct {
	// Rows are JSON objects, each on one line without a line break at its end.
	Rows [][]byte

	// Changes lists the values of Rows that could not be passed on as they
	// came, in the order of the rows.
	Changes []Change

	// Bookmark is nil, or safe to resume from once Rows are written.
	Bookmark Bookmark

	// Done is the share of the stream's work that is behind this page, from
	// 0 to 1, as far as the source knows.
	Done float64

	// Written, if not nil, is called while the page is written: nobody needs
	// Rows[:n] any more, and their memory may be used again.
	Written func(n int)
}

// NoteWritten calls p.Written, if it is set.
func (p *Page) NoteWritten(n int) {
	if p.Written != nil {
		p.Written(n)
	}
}

// A Change says that a value is not what the API sent.
type Change struct {
	Row    int    // index into Page.Rows
	Field  string // column
	Nulled bool   // true: null took its place; false: it was repaired
}

// A Bookmark is a stream's own JSON object on one line. The hub never looks
// inside, but for the member that it adds itself: whose it is, see Owned.
type Bookmark = json.RawMessage
