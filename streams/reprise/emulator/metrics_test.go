package emulator

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// byHand computes the metrics from the printed rows of the other two pipes,
// by the words of the page. viewerOf is "" for a viewer without identity, who
// is staff if it says so.
func byHand(t *testing.T, s *Server, entity string, staff func(session string) bool) map[string][]float64 {
	type session struct {
		duration      float64
		interactions  int
		screens       map[string]bool
		viewer, under string
	}
	text := func(r Row, name string) (v string) {
		if r.Get(name) == "null" {
			return ""
		}
		require.NoError(t, json.Unmarshal([]byte(r.Get(name)), &v))
		return v
	}
	sessions := map[string]*session{}
	for _, r := range s.Truth("replay_session_summary", nil) {
		d, err := strconv.ParseFloat(r.Get("session_duration_seconds"), 64)
		require.NoError(t, err)
		if id := text(r, "session_id"); !staff(id) {
			sessions[id] = &session{duration: d, screens: map[string]bool{}, under: text(r, entity), viewer: text(r, "visitor_key")}
		}
	}
	for _, r := range s.Truth("replay_session_activity", nil) {
		one := sessions[text(r, "session_id")]
		if one == nil {
			continue
		}
		if slices.Contains([]string{"new snapshot", "guide button click", "Welcome Page", "url view", "guide close click"}, text(r, "activity_type")) {
			one.interactions++
		}
		if screen := text(r, "snapshot_id"); screen != "" {
			one.screens[screen] = true
		}
	}
	nobody := Viewer{}.viewer().key
	want := map[string][]float64{}
	for _, one := range sessions {
		if want[one.under] != nil {
			continue
		}
		var total, long, clicks, screens, some, once float64
		var durations []float64
		viewers := map[string]bool{}
		for _, o := range sessions {
			if o.under != one.under {
				continue
			}
			total++
			viewers[o.viewer] = true
			if o.interactions > 0 {
				some++
			}
			if o.interactions == 1 {
				once++
			}
			if o.duration > 0.5 {
				long++
				durations = append(durations, o.duration)
				clicks += float64(o.interactions)
				screens += float64(len(o.screens))
			}
		}
		delete(viewers, nobody)
		slices.Sort(durations)
		sum, middle := 0.0, math.NaN()
		for _, d := range durations {
			sum += d
		}
		if n := len(durations); n > 0 {
			middle = (durations[n/2] + durations[(n-1)/2]) / 2
		}
		bounces := 0.0
		if some > 0 {
			bounces = once * 100 / some
		}
		want[one.under] = []float64{total, float64(len(viewers)), middle, sum / long, clicks / long, screens / long, bounces}
	}
	return want
}

var measures = []string{"total_sessions", "distinct_views", "median_seconds", "mean_seconds", "mean_click_events", "mean_screen_events", "bounce_rate"}

func TestMetricsByHand(t *testing.T) {
	for group, entity := range map[string]string{"published_replay": "published_replay_id", "published_replay_link": "link_id"} {
		t.Run(group, func(t *testing.T) {
			s := sampleServer()
			staff := func(id string) bool { return s.Account.sessions[s.Account.byID[id]].viewer.staff }
			want := byHand(t, s, entity, staff)
			p := get(t, s, "replay_metrics", all+"&limit=1000&group_by="+group).page(t)
			require.Len(t, p.Data, len(want))
			for _, row := range p.Data {
				var id string
				require.NoError(t, json.Unmarshal(row["entity_id"], &id))
				require.Equal(t, strconv.Quote(group), string(row["entity_type"]))
				for i, name := range measures {
					if math.IsNaN(want[id][i]) {
						require.Equal(t, "null", string(row[name]), name)
						continue
					}
					got, err := strconv.ParseFloat(string(row[name]), 64)
					require.NoError(t, err)
					require.InDelta(t, want[id][i], got, 1e-6, "%s of %s", name, id)
				}
			}
		})
	}
}

// A small account whose numbers fit in the head.
func TestMetricsOfFourSessions(t *testing.T) {
	a := NewAccount(Options{Seed: 1, Start: start, Days: -1})
	s := New(a, at(time.Hour))
	add := func(v Viewer, events ...Event) {
		id, err := a.AddSession(Session{Created: at(0), Viewer: v})
		require.NoError(t, err)
		for _, e := range events {
			e.Session = id
			_, err := a.AddEvent(e)
			require.NoError(t, err)
		}
	}
	after := func(d time.Duration, kind string, screen int) Event {
		return Event{Created: at(d).AddDate(-2, 0, 0), Type: kind, Screen: screen}
	}
	add(Viewer{Email: "a@example.com", Name: "A"}, after(0, "new snapshot", 1), after(time.Second, "guide view", 1), after(3*time.Second, "new snapshot", 2))
	add(Viewer{Param: "a@example.com", Email: "b@example.com"}, after(0, "url view", 1), after(500*time.Millisecond, "guide view", 1))
	add(Viewer{}, after(0, "guide view", 0), after(501*time.Millisecond, "guide view", 0))
	add(Viewer{Email: "c@example.com"})
	add(Viewer{User: "d@getreprise.com", Staff: true}, after(0, "new snapshot", 1), after(time.Hour, "new snapshot", 2))

	p := get(t, s, "replay_metrics", all).page(t)
	require.Len(t, p.Data, 1)
	// Two sessions are longer than half a second: 3 s and 0.501 s.
	want := []string{"4", "2", "1.7505", "1.7505", "1", "1", "50"}
	for i, name := range measures {
		require.Equal(t, want[i], string(p.Data[0][name]), name)
	}
	require.Len(t, s.Truth("replay_session_summary", nil), 5, "staff is left out of metrics alone")
}

func TestMetricsFilters(t *testing.T) {
	s := sampleServer()
	replays, links := s.Account.Replays(), s.Account.Links()
	for name, c := range map[string]struct {
		query string
		ids   []string
	}{
		"one replay":             {"&replay_id=" + replays[1], replays[1:2]},
		"replays, pipe between":  {"&replay_ids=" + replays[1] + "%7C" + replays[3], []string{replays[1], replays[3]}},
		"links":                  {"&group_by=published_replay_link&link_ids=" + links[2] + "%7C" + links[5], []string{links[2], links[5]}},
		"links, by their replay": {"&link_ids=" + links[0], replays[0:1]},
		"nothing in common":      {"&replay_id=" + replays[1] + "&replay_ids=" + replays[2], nil},
	} {
		t.Run(name, func(t *testing.T) {
			var quoted []string
			for _, id := range c.ids {
				quoted = append(quoted, strconv.Quote(id))
			}
			require.ElementsMatch(t, quoted, get(t, s, "replay_metrics", all+c.query).page(t).column("entity_id"))
		})
	}
}
