package tap

import (
	"context"
	"time"
)

// A Standing is how what was written of a unit stands against what the API
// holds now.
type Standing string

// The standings of a unit.
const (
	Same    Standing = "same"
	New     Standing = "new"     // came or moved after the bookmark, or just before it: no difference
	Missing Standing = "missing" // the API holds more rows
	Fewer   Standing = "fewer"   // the API holds fewer rows
	Changed Standing = "changed" // as many rows, but not the same ones
	Unread  Standing = "unread"  // the bookmark itself says that the next run reads it
)

// standings in the order in which a report names them.
var standings = []Standing{Missing, Fewer, Changed, Unread, New, Same}

// differs reports whether a person should know.
func (s Standing) differs() bool { return s != Same && s != New }

// A Finding says how a unit, a stretch of server time or a window, stands
// against what a bookmark says was written of it.
type Finding struct {
	From, To time.Time

	// Of names what is found about if time alone does not, such as the period
	// and kind of a window.
	Of string

	// Rows is what was written, Found what the API holds now; -1 where a count
	// showed that it is the same, or nobody counts.
	Rows, Found int

	Standing Standing

	// After says that the bookmark does not know the unit: it lies behind it.
	After bool
}

// came is how many rows are new; more says that there may be others.
func (f Finding) came() (n int, more bool) {
	if f.Standing != New || f.Of != "" {
		return 0, false
	}
	return max(0, f.Found-max(0, f.Rows)), f.Found < 0
}

// A Verifier is a Source that knows what the bookmarks say of the rows it wrote.
type Verifier interface {
	// Verify compares the bookmark of a stream with what the API holds, oldest
	// first, and changes nothing. With deep every row is read again, which also
	// finds rows that changed; else spans are counted. A stream that keeps no
	// account of what it wrote has no findings.
	Verify(ctx context.Context, s Stream, b Bookmark, deep bool) ([]Finding, error)

	// Units says what is verified, for the reader of a report.
	Units() Units
}

// Units are what findings are about, in words.
type Units struct {
	// Meaning says what a unit is, as a sentence.
	Meaning string

	// Aside says of which units the next runs write a change later than the
	// look-back has it: "windows: within a day"; "": of none.
	Aside string
}

// aside is what stands behind a sentence about when changes are written.
func (u Units) aside() string {
	if u.Aside == "" {
		return ""
	}
	return " (" + u.Aside + ")"
}
