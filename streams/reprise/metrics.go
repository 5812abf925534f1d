package reprise

import (
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"
	"tap-reprise/schemas"
	"tap-reprise/streams"
)

// metricsWindows is how replay_metrics is asked for: a window of the calendar and a
// kind of entity (section 4, group_by).
var metricsWindows = streams.Windows{
	AllKinds: []string{"published_replay", "published_replay_link"},
	Columns: []streams.WindowColumn{
		{Name: "period", Family: schemas.Tokens, Text: func(w streams.Window) string { return w.Period }},
		{Name: "period_start", Family: schemas.Moments, Text: func(w streams.Window) string { return rfc3339(w.Start) }},
		{Name: "period_end", Family: schemas.Moments, Text: func(w streams.Window) string { return rfc3339(w.End) }},
	},
	Query: func(r *streams.Reader, w streams.Window, kind string, b ledger.Bounds) stretch.Query {
		return between(r.Base().With("group_by", kind), w.First(b.Start), w.Last(b.End))
	},
	AskBounds: askWindowBounds,
}

// rfc3339 writes a moment with six digits, as in records.
func rfc3339(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}
