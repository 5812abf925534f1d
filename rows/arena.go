package rows

// An arena holds the rows of a page in blocks that the next page uses again.
type arena struct {
	blocks [][]byte
	block  int // the one in use
	used   int // bytes of it
	extra  int // what rows were longer than foreseen

	// outgrown: a row has memory of its own.
	outgrown bool
}

const arenaBlock = 256 << 10

func (a *arena) reset() { a.block, a.used, a.outgrown = 0, 0, false }

// room returns an empty slice to which n bytes and some can be appended.
func (a *arena) room(n int) []byte {
	n += a.extra
	for ; a.block < len(a.blocks); a.block, a.used = a.block+1, 0 {
		if b := a.blocks[a.block]; len(b)-a.used >= n {
			return b[a.used:a.used]
		}
		if a.used == 0 {
			a.blocks[a.block] = make([]byte, n)
			return a.blocks[a.block][:0]
		}
	}
	a.blocks = append(a.blocks, make([]byte, max(n, arenaBlock)))
	return a.blocks[a.block][:0]
}

// keep makes row, for which room had been asked for n bytes, part of the arena.
// A row that outgrew its room has memory of its own; the next ones get more.
func (a *arena) keep(row []byte, n int) {
	if &row[0] == &a.blocks[a.block][a.used:][:1][0] {
		a.used += len(row)
	} else {
		a.extra, a.outgrown = max(a.extra, 2*(len(row)-n)), true
	}
}
