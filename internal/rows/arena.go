package rows

import "time"

// An arena holds the rows of a page, in blocks.
type arena struct {
	shared *Blocks // where they come from
	blocks []block
	given  int // so many of them went back
	used   int // bytes of the last one
	rows   int // kept
	extra  int // by how much rows were longer than foreseen

	waited time.Duration // for blocks; Decode sets it

	// outgrown: a row has memory that is not used again.
	outgrown bool
}

// A block holds the rows from the given one on, up to those of the next block.
type block struct {
	bytes []byte
	row   int
}

// Patience is how long an answer may wait, at each of two places, before it is
// read on: for its turn, where several are on their way, and for memory in all.
// It is longer than most loaders take for a page. Servers, and what lies between,
// put up with an answer that nobody reads for longer than twice that.
const Patience = 5 * time.Second

// mostExtra keeps one row that grew by much from wasting room behind all others.
const mostExtra = arenaBlock / 4

// reset gives all blocks back.
func (a *arena) reset() {
	a.release(a.rows)
	a.blocks, a.given, a.used, a.rows, a.outgrown = a.blocks[:0], 0, 0, 0, false
}

// room returns an empty slice to which n bytes and some can be appended.
func (a *arena) room(n int) []byte {
	n += a.extra
	if last := len(a.blocks) - 1; last >= 0 {
		switch b := a.blocks[last].bytes; {
		case len(b)-a.used >= n:
			return b[a.used:a.used]
		case a.used == 0: // it was too small for the row that it was taken for
			a.shared.put(b)
			a.blocks = a.blocks[:last]
		}
	}
	b, waited := a.shared.take(n, Patience-a.waited)
	a.blocks, a.used, a.waited = append(a.blocks, block{b, a.rows}), 0, a.waited+waited
	return b[:0]
}

// keep makes row part of the arena. Room for n bytes had been asked for it. A row
// that outgrew its room has memory of its own, and the next ones get more room.
func (a *arena) keep(row []byte, n int) {
	a.rows++
	if &row[0] == &a.blocks[len(a.blocks)-1].bytes[a.used:][:1][0] {
		a.used += len(row)
	} else {
		a.extra, a.outgrown = min(max(a.extra, 2*(len(row)-n)), mostExtra), true
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
		if !a.shared.put(a.blocks[a.given].bytes) {
			a.outgrown = true
		}
		a.blocks[a.given].bytes = nil
	}
}
