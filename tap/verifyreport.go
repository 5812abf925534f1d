package tap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"
)

// tableOf prints the reports for a person: a line for each day, and one for
// each unit that differs.
func tableOf(reports []report) []byte {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STREAM\tTIME (UTC)\tROWS\tNOW\tVERDICT")
	rows, units := 0, 0
	for _, r := range reports {
		if len(r.findings) == 0 {
			fmt.Fprintf(w, "%s\t\t\t\t%s\n", r.stream, r.absent())
		}
		for _, d := range r.days() {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.stream, d.when, number(d.rows), number(d.found), d.verdict)
		}
		for _, f := range r.findings {
			units++
			rows += max(0, f.Rows)
		}
	}
	_ = w.Flush() // to memory
	fmt.Fprintf(&b, "%d rows in %d units, %d differences\n", rows, units, differences(reports))
	return b.Bytes()
}

// absent tells why nothing was found about a stream.
func (r report) absent() string {
	if !r.marked {
		return "not in the state"
	}
	return "nothing to compare"
}

func number(n int) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// A line is one line of the table.
type line struct {
	when        string
	rows, found int
	verdict     string
}

// days adds up the units of each day (of each window, where there are some).
// A day that differs is followed by the units that do.
func (r report) days() []line {
	var out, units []line
	day := -1 // index of the present day's line
	for _, f := range r.findings {
		when := f.From.UTC().Format(time.DateOnly)
		if f.Of != "" {
			when += " " + f.Of
		}
		if day < 0 || out[day].when != when {
			out = append(out, units...)
			out, units, day = append(out, line{when: when, verdict: "same"}), nil, len(out)
		}
		now := f.Found
		if now < 0 {
			now = f.Rows
		}
		out[day].rows += f.Rows
		out[day].found += now
		if f.differs() {
			out[day].verdict = f.Standing
			if f.Of == "" {
				out[day].verdict = "differs"
				units = append(units, line{"  " + f.From.UTC().Format(time.TimeOnly) + " to " + f.To.UTC().Format(time.DateTime), f.Rows, f.Found, f.Standing})
			}
		}
	}
	return append(out, units...)
}

// encodeReports prints the reports for a program, unit by unit.
func encodeReports(reports []report) []byte {
	type unit struct {
		From    string `json:"from"`
		To      string `json:"to"`
		Of      string `json:"of,omitempty"`
		Rows    *int   `json:"rows"`
		Found   *int   `json:"found"`
		Verdict string `json:"verdict"`
	}
	type stream struct {
		Stream  string `json:"stream"`
		InState bool   `json:"in_state"`
		Units   []unit `json:"units"`
	}
	known := func(n int) *int {
		if n < 0 {
			return nil
		}
		return &n
	}
	list := []stream{}
	for _, r := range reports {
		s := stream{Stream: r.stream, InState: r.marked, Units: []unit{}}
		for _, f := range r.findings {
			found := f.Found
			if found < 0 && !f.differs() {
				found = f.Rows
			}
			s.Units = append(s.Units, unit{stampOf(f.From), stampOf(f.To), f.Of, known(f.Rows), known(found), f.Standing})
		}
		list = append(list, s)
	}
	text, err := json.MarshalIndent(map[string]any{"streams": list, "differences": differences(reports)}, "", "  ")
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(text, '\n')
}

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }
