package tap

import (
	"encoding/json"
	"time"
)

// EncodeReports prints the reports for a program: every unit, and how many of
// them have each verdict.
func EncodeReports(reports []Report) []byte {
	type unit struct {
		From    string   `json:"from"`
		To      string   `json:"to"`
		Of      string   `json:"of,omitempty"`
		Rows    *int     `json:"rows"`
		Found   *int     `json:"found"`
		Verdict Standing `json:"verdict"`
		After   bool     `json:"after_state,omitempty"`
	}
	type stream struct {
		Stream   string           `json:"stream"`
		InState  bool             `json:"in_state"`
		Verdicts map[Standing]int `json:"verdicts"`
		NewRows  int              `json:"new_rows"`
		More     bool             `json:"more_new_rows"`
		Units    []unit           `json:"units"`
	}
	out := struct {
		Differences int              `json:"differences"`
		Verdicts    map[Standing]int `json:"verdicts"`
		NewRows     int              `json:"new_rows"`
		Streams     []stream         `json:"streams"`
	}{differences(reports), verdicts(nil), 0, []stream{}}
	for _, r := range reports {
		total := r.sum()
		s := stream{r.Stream, r.Marked, verdicts(total.by), total.came, total.more, []unit{}}
		for verdict, n := range total.by {
			out.Verdicts[verdict] += n
		}
		out.NewRows += total.came
		for _, f := range r.Findings {
			found := f.Found
			if found < 0 && f.Standing == Same {
				found = f.Rows
			}
			s.Units = append(s.Units, unit{stampOf(f.From), stampOf(f.To), f.Of, known(f.Rows), known(found), f.Standing, f.After})
		}
		out.Streams = append(out.Streams, s)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(text, '\n')
}

// verdicts has a number for every standing, so that none has to be looked for.
func verdicts(by map[Standing]int) map[Standing]int {
	out := map[Standing]int{}
	for _, s := range standings {
		out[s] = by[s]
	}
	return out
}

// known is n, or null for a number that nobody knows.
func known(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }
