package reprise

import "tap-reprise/rows"

// A pageList keeps pages that are not in use, with the memory they have grown.
// A sync.Pool would drop them at every collection, and each is as large as a
// page of output.
type pageList chan *rows.Page

// newPageList keeps as many pages as there may be in flight at once: one a
// stretch, one that is being written, and one for a small question.
func newPageList(side int) pageList { return make(pageList, side+2) }

// Get returns a page for one answer.
func (l pageList) Get() *rows.Page {
	select {
	case p := <-l:
		return p
	default:
		return new(rows.Page)
	}
}

// Put takes back a page whose rows nobody needs any more.
func (l pageList) Put(p *rows.Page) {
	select {
	case l <- p:
	default:
	}
}
