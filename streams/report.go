package streams

import (
	"fmt"
	"strings"

	"tap-reprise/internal/ledger"
)

// repeated counts the rows to write that lie before the bookmark: they arrived
// late, or stand in a unit that changed.
func (old position) repeated(rows []ledger.Digest, write []int) (n int) {
	if old.empty || old.foreign {
		return 0
	}
	for _, i := range write {
		if row := rows[i]; row.HasAt && old.from <= row.At && row.At < old.at {
			n++
		}
	}
	return n
}

// summarize says what a run of the ledger did: enough to see that a quiet run
// was quiet, and to choose lookback_days. repeated is the sum of position.repeated.
func (r *Reader) summarize(s ledger.Summary, repeated int) {
	late, behind := 0, 0
	var days []string
	for day, n := range s.Late {
		late += n
		if day > 0 && n > 0 {
			behind += n
			days = append(days, fmt.Sprintf("%d:%d", day, n))
		}
	}
	if behind > 0 {
		r.Log.Info("rows came late", "rows", behind, "days_after_their_session:rows", strings.Join(days, " "))
	}
	for name, n := range map[string]int{
		"rows_late": behind, "rows_repeated": max(0, repeated-late), "rows_unchanged": s.Same,
		"units_changed": s.Changed, "counts": s.Counts + s.Questions,
	} {
		r.Source.Env.Metrics.Add(name, r.Stream.Name, int64(n))
	}
	r.Source.Env.Metrics.Raise("oldest_unit_days", r.Stream.Name, s.Oldest/ledger.Day)
	r.Log.Debug("ledger", "units", s.Units, "changed", s.Changed, "oldest_days", s.Oldest/ledger.Day,
		"rows_read", s.Read, "unchanged", s.Same, "written", s.Written, "stretches", s.Stretches, "counts", s.Counts)
}
