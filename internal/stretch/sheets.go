package stretch

import (
	"sync"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/rows"
)

// A sheet is a page of rows with room for what a stretch notes about them.
type Sheet struct {
	rows.Page
	lines [][]byte
	kept  []int32
	sums  []ledger.Digest

	longest int // rows of the longest page before this one was asked for
}

// A Pages keeps sheets that are not in use, with the memory that they have
// grown, and the memory of their rows, which is as large as a page of output. A
// sync.Pool would drop them at every collection. The sheet used last comes first:
// most of it is still in the processor's cache.
type Pages struct {
	mu     sync.Mutex
	free   []*Sheet
	blocks rows.Blocks // where all their rows are
}

// Get returns a sheet for one answer.
func (l *Pages) Get() *Sheet {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.free) - 1
	if last < 0 {
		return &Sheet{Page: rows.Page{Blocks: &l.blocks}}
	}
	p := l.free[last]
	l.free = l.free[:last]
	return p
}

// Put takes back a sheet whose rows nobody needs any more; nil is none.
func (l *Pages) Put(p *Sheet) {
	if p == nil {
		return
	}
	p.Release(len(p.Rows))
	clear(p.lines) // they would keep what is not used again
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, p)
}
