package reprise

import (
	"cmp"
	"slices"
	"time"
)

// windowColumns are added to every row of replay_metrics. They say which window the
// figures are for. period_end is the calendar's end, exclusive, whatever was asked.
var windowColumns = []string{"period", "period_start", "period_end"}

// A window is one calendar period, in UTC, or the whole range.
type window struct {
	period     string // day, week, month, all
	start, end int64  // the calendar's own borders
	from, to   int64  // clipped to what is loaded
}

// windows lists the windows of the given periods that touch [from, to). What closes
// first comes first. Weeks begin on Monday.
func windows(periods []string, from, to int64) []window {
	var list []window
	for _, period := range periods {
		if period == "all" {
			list = append(list, window{period, from, to, from, to})
			continue
		}
		for start := periodStart(period, time.UnixMicro(from).UTC()); start.UnixMicro() < to; start = periodNext(period, start) {
			w := window{period: period, start: start.UnixMicro(), end: periodNext(period, start).UnixMicro()}
			w.from, w.to = max(w.start, from), min(w.end, to)
			list = append(list, w)
		}
	}
	slices.SortStableFunc(list, func(a, b window) int { return cmp.Compare(a.closes(), b.closes()) })
	return list
}

// closes is when the window's figures can no longer change by new sessions.
func (w window) closes() int64 {
	if w.period == "all" {
		return 1<<63 - 1
	}
	return w.end
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
