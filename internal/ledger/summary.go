package ledger

// A Summary says what a run did so far.
type Summary struct {
	Counts    int // answers to Count
	Questions int // answers to AskBounds
	Stretches int // stretches read

	Read    int // rows read, however often
	Written int // rows to write
	Same    int // rows read again and found as they were

	Units   int // units in the ledger
	Changed int // listed units that were found to differ

	// Oldest is the age in µs of the first instant still looked at.
	Oldest int64

	// Late counts the rows by which listed units were found to have grown, by the
	// age of their unit in whole days: Late[3] rows arrived, or were found, on the
	// fourth day after their session. It shows how long Options.Lookback must be.
	Late []int
}

// changed notes that a listed unit of the given age differs.
func (s *Summary) changed(age int64, before, now int) {
	s.Changed++
	day := int(max(0, age) / Day)
	for len(s.Late) <= day && now > before {
		s.Late = append(s.Late, 0)
	}
	if now > before {
		s.Late[day] += now - before
	}
}
