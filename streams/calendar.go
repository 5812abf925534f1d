package streams

import (
	"cmp"
	"slices"
	"time"
)

// A Window is one calendar period, in UTC, or the whole range.
type Window struct {
	Period     string // day, week, month, all
	Start, End int64  // the calendar's own borders, in µs
	From, To   int64  // clipped to what is loaded
}

// windows lists the windows of the given periods that touch [from, to). What closes
// first comes first. Weeks begin on Monday.
func windows(periods []string, from, to int64) []Window {
	var list []Window
	for _, period := range periods {
		if period == "all" {
			list = append(list, Window{period, from, to, from, to})
			continue
		}
		for start := periodStart(period, time.UnixMicro(from).UTC()); start.UnixMicro() < to; start = periodNext(period, start) {
			w := Window{Period: period, Start: start.UnixMicro(), End: periodNext(period, start).UnixMicro()}
			w.From, w.To = max(w.Start, from), min(w.End, to)
			list = append(list, w)
		}
	}
	slices.SortStableFunc(list, func(a, b Window) int { return cmp.Compare(a.closes(), b.closes()) })
	return list
}

// closes is when the window's figures can no longer change by new sessions.
func (w Window) closes() int64 {
	if w.Period == "all" {
		return 1<<63 - 1
	}
	return w.End
}

func periodStart(period string, t time.Time) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	switch period {
	case "week":
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case "month":
		return day.AddDate(0, 0, 1-day.Day())
	}
	return day
}

func periodNext(period string, start time.Time) time.Time {
	switch period {
	case "week":
		return start.AddDate(0, 0, 7)
	case "month":
		return start.AddDate(0, 1, 0)
	}
	return start.AddDate(0, 0, 1)
}
