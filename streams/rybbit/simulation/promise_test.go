package simulation

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap/taptest"
)

const oneDay = 24 * time.Hour

// A promise follows what the warehouse owes, by stream and key.
type promise struct {
	sim      *sim
	verified map[string]time.Time // the last run in which the warehouse had the present values
	seen     map[string]time.Time // the first run that could have shown the row
	good     []time.Time          // when runs began that exited 0
}

// hold compares after a run; what a run that did not exit 0 owes is nothing.
func (p *promise) hold(t testing.TB, began, ended time.Time, exit0 bool) (broken []string) {
	first := p.truth(t, began)
	var last harness.Warehouse
	var moments []harness.Warehouse
	atEnd := func() []harness.Warehouse {
		if last == nil {
			last = p.truth(t, ended)
		}
		return []harness.Warehouse{last}
	}
	during := func() []harness.Warehouse {
		for at := ended; moments == nil || at.After(began) && len(moments) < 60; at = at.Add(-max(time.Second, ended.Sub(began)/60)) {
			moments = append(moments, p.truth(t, at))
		}
		return moments
	}
	since := p.patience(began)
	ends := first["sessions"]
	for stream, table := range first {
		for key, row := range table {
			id := stream + " " + key
			if _, known := p.seen[id]; !known {
				p.seen[id] = began
			}
			have := p.sim.house[stream][key]
			if have != nil && reflect.DeepEqual(have, row) {
				p.verified[id] = began
				continue
			}
			slow, owed := p.owed(t, stream, row, ends, began)
			if !exit0 || !owed {
				continue
			}
			if seen, loaded := p.verified[id]; slow && (loaded && !seen.Before(since) || have == nil && !p.seen[id].Before(since)) {
				continue
			}
			if have != nil && (shown(atEnd(), stream, key, have) || shown(during(), stream, key, have)) {
				p.verified[id] = began
				continue
			}
			if gone(atEnd(), stream, key) || p.unseen(stream, row, have) {
				continue
			}
			broken = append(broken, fmt.Sprintf("%s at %s, ended %v: %v", id, began.Format(time.DateTime), row["session_end"], taptest.Compare(harness.Warehouse{stream: {key: row}}, harness.Warehouse{stream: some(key, have)})))
		}
	}
	if exit0 {
		p.good = append(p.good, began)
	}
	return broken
}

func some(key string, row map[string]any) harness.Table {
	if row == nil {
		return nil
	}
	return harness.Table{key: row}
}

// owed reports whether a row is covered by the promise, and whether its changes may
// take a day.
func (p *promise) owed(t testing.TB, stream string, row map[string]any, sessions harness.Table, began time.Time) (slow, owed bool) {
	switch stream {
	case "sites", "users":
		return false, true
	case "session_events":
		row = sessions[row["session_id"].(string)]
	}
	age := began.Sub(harness.Clock(t, "sessions", row))
	return age > 3*oneDay, age < p.sim.lookback()
}

// unseen reports whether an event came late without a trace in its session's row:
// legacy servers count no clicks, copies and forms, and this one moved no end.
func (p *promise) unseen(stream string, row, have map[string]any) bool {
	if stream != "session_events" || p.sim.dialect.Generation != emulator.Legacy || have != nil {
		return false
	}
	return slices.Contains([]string{"button_click", "copy", "form_submit", "input_change"}, row["type"].(string))
}

// patience is since when the warehouse may not have looked: the last run that exited 0
// a day or longer before.
func (p *promise) patience(began time.Time) time.Time {
	for i := len(p.good) - 1; i >= 0; i-- {
		if began.Sub(p.good[i]) >= oneDay {
			return p.good[i]
		}
	}
	return time.Time{}
}

func (p *promise) truth(t testing.TB, at time.Time) harness.Warehouse {
	s := emulator.New(p.sim.server.Account, at)
	s.Dialect = p.sim.server.Dialect
	return harness.Truth(t, s, harness.Span{}, p.sim.streams...)
}

func shown(moments []harness.Warehouse, stream, key string, have map[string]any) bool {
	for _, w := range moments {
		if reflect.DeepEqual(w[stream][key], have) {
			return true
		}
	}
	return false
}

// gone reports whether the API did not show a row at a moment of the run: it was
// deleted, or its place taken by another.
func gone(moments []harness.Warehouse, stream, key string) bool {
	for _, w := range moments {
		if w[stream][key] == nil {
			return true
		}
	}
	return false
}
