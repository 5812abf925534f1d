package ledger

// A kind says what the ledger knows of a unit.
type kind uint8

const (
	// listed: everything the unit held when it was last read is written, and
	// rows, first and sum describe exactly that.
	listed kind = iota

	// unread: to be read and written whatever it holds.
	unread

	// closed: complete, older than the look-back, not looked at again. It is
	// needed between an unread unit and a listed one only. At the front of the
	// ledger closed units are dropped.
	closed
)

// sumBits are the bits that are kept of an order-free sum of row sums. A unit is
// compared with its own past only, so 48 bits miss one change in 2⁴⁸.
const sumBits = 1<<48 - 1

// A unit is a piece of server time and what was written of it. It ends where
// the next one starts.
type unit struct {
	from  int64
	rows  int
	first int    // rows exactly at from
	sum   uint64 // of the rows' sums, 48 bits
	read  int64  // the hour since 1970 in which the run began that last read it
	kind  kind

	// stray says that rows were counted here whose clock lies elsewhere. The API
	// may count them to another unit, so a count of this one proves nothing.
	stray bool
}

// enter adds a row that lies in the unit.
func (u *unit) enter(row Digest) {
	u.rows++
	u.sum = (u.sum + row.Sum) & sumBits
	if row.HasAt && row.At == u.from {
		u.first++
	}
}

// add adds rows that lie in the unit.
func (u *unit) add(t *Total) {
	u.rows += t.Rows
	u.first += t.First
	u.sum = (u.sum + t.Sum) & sumBits
	u.stray = u.stray || t.Strays > 0
}

// same reports whether two readings of one unit saw the same rows. Sums alone
// would miss rows whose hash is 0.
func (u *unit) same(rows int, sum uint64) bool {
	return u.rows == rows && u.sum == sum
}

// join appends the next unit to u. Numbers add up. What is uncertain in one of
// them is uncertain in the whole.
func (u *unit) join(next unit) {
	if u.kind != next.kind {
		*u = unit{from: u.from, kind: unread}
		return
	}
	u.rows += next.rows
	u.sum = (u.sum + next.sum) & sumBits
	u.read = min(u.read, next.read)
	u.stray = u.stray || next.stray
}
