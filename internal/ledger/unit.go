package ledger

// A kind tells what the ledger knows of a unit.
type kind uint8

const (
	// listed: everything the unit held when it was last read is written, and
	// rows, first and sum describe exactly that.
	listed kind = iota

	// unread: to be read and written whatever it holds.
	unread

	// closed: complete, older than the look-back, not looked at again. Only
	// needed between an unread unit and a listed one; at the front of the
	// ledger closed units are dropped.
	closed
)

// sumBits are kept of an order-free sum of row sums. Units are compared with
// their own past only, so 48 bits miss one change in 2⁴⁸.
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

	// stray tells that rows were counted here whose clock lies elsewhere. The
	// API may count them to another unit, so counting this one proves nothing.
	stray bool
}

// enter adds a row that lies in the unit.
func (u *unit) enter(row Row) {
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

// join appends the next unit to u. Numbers add up; what is uncertain in either
// is uncertain in both.
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
