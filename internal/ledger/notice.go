package ledger

// A Notice says what was wrong with a bookmark and what is done about it.
type Notice int

// What may be wrong with a bookmark.
const (
	Foreign  Notice = iota + 1 // written by another connector
	Poisoned                   // in the future, without a ledger to go by
	Future                     // our own, in the future
	Damaged
	NoLedger // our own, without its ledger
	Newer
	Refilter
	MovedBack
	MovedOn
	NotStarted
)

// String says it to a person, without times and without the names that a source
// has for its settings.
func (n Notice) String() string {
	switch n {
	case Foreign:
		return "the bookmark comes from another connector; its look-back is read again"
	case Poisoned:
		return "the bookmark lies in the future; it is taken as now less the look-back"
	case Future:
		return "the bookmark lies in the future, perhaps by a wrong date of the API; what it says of the time from now on is forgotten, and the look-back is read again"
	case Damaged:
		return "the bookmark's ledger is damaged; the look-back is read again"
	case NoLedger:
		return "the bookmark has lost its ledger; the look-back is read again"
	case Newer:
		return "the bookmark's ledger was written by a newer version; the look-back is read again"
	case Refilter:
		return "the options that decide which rows exist have changed; the stream starts over"
	case MovedBack:
		return "the bookmark was moved back; everything after it is read and written again"
	case MovedOn:
		return "the bookmark was moved on beyond what is written; what its ledger says holds"
	case NotStarted:
		return "the start lies in the future, nothing is read"
	}
	return "unknown notice"
}
