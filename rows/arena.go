package rows

import "time"

// An arena holds the rows of a page in blocks.
type arena struct {
	shared *Blocks // where they come from
	blocks []block
	given  int // so many of them went back
	used   int // bytes of the last one
	rows   int // kept
	extra  int // what rows were longer than foreseen

	waited time.Duration // for blocks

	// outgrown: a row has memory of its own.
	outgrown bool
}

// A block holds the rows from the given one on, up to those of the next block.
type block struct {
	bytes []byte
	row   int
}

// maxWait is how long one answer waits for blocks in all: servers, and what is
// between, put up with one that nobody reads for longer than that.
const maxWait = 5 * time.Second

// reset gives all blocks back.
func (a *arena) reset() {
	a.release(a.rows)
	a.blocks, a.given, a.used, a.rows, a.waited, a.outgrown = a.blocks[:0], 0, 0, 0, 0, false
}

// room returns an empty slice to which n bytes and some can be appended.
func (a *arena) room(n int) []byte {
	n += a.extra
	if last := len(a.blocks) - 1; last >= 0 && len(a.blocks[last].bytes)-a.used >= n {
		return a.blocks[last].bytes[a.used:a.used]
	}
	b, waited := a.shared.take(n, maxWait-a.waited)
	a.blocks, a.used, a.waited = append(a.blocks, block{b, a.rows}), 0, a.waited+waited
	return b[:0]
}

// keep makes row, for which room had been asked for n bytes, part of the arena.
// A row that outgrew its room has memory of its own; the next ones get more.
func (a *arena) keep(row []byte, n int) {
	a.rows++
	if &row[0] == &a.blocks[len(a.blocks)-1].bytes[a.used:][:1][0] {
		a.used += len(row)
	} else {
		a.extra, a.outgrown = max(a.extra, 2*(len(row)-n)), true
	}
}

// release gives back the blocks that hold none of the rows from the given one on.
func (a *arena) release(row int) {
	for ; a.given < len(a.blocks); a.given++ {
		behind := a.rows
		if a.given+1 < len(a.blocks) {
			behind = a.blocks[a.given+1].row
		}
		if row < behind {
			return
		}
		a.shared.put(a.blocks[a.given].bytes)
		a.blocks[a.given].bytes = nil
	}
}
