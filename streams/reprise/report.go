package reprise

import "tap-reprise/ledger"

// summarize tells what a run of the ledger did: enough to see that a quiet run
// was quiet, and to choose lookback_days.
func (r *reader) summarize(s ledger.Summary) {
	for name, n := range map[string]int{
		"rows_reread": s.Written + s.Same, "rows_unchanged": s.Same, "units_changed": s.Changed, "counts": s.Counts + s.Questions,
	} {
		r.counts.Add(name, r.stream.Name, int64(n))
	}
	late := 0
	for day, n := range s.Late {
		if day > 0 && n > 0 {
			late += n
			r.log.Info("rows came late", "rows", n, "days_after_their_session", day)
		}
	}
	r.counts.Add("rows_late", r.stream.Name, int64(late))
	r.log.Info("ledger", "units", s.Units, "changed", s.Changed, "oldest_days", s.Oldest/ledger.Day,
		"rows_read", s.Read, "unchanged", s.Same, "written", s.Written, "stretches", s.Stretches, "counts", s.Counts)
}
