package tap

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"tap-reprise/internal/program"
)

// meanings say what a verdict means, and what becomes of it.
var meanings = map[Standing]string{
	Missing: "the API holds more rows than were written; the next run loads them",
	Fewer:   "rows have left the API; the warehouse keeps them",
	Changed: "values moved; the next runs write them",
	Unread:  "not loaded for certain; the next run reads it",
	New:     "came after the state's moment, or to what was open then; no difference",
}

// Table prints the reports for a person: a line for each stream, then what
// differs, or with all every unit.
func Table(reports []Report, units Units, all bool) []byte {
	var b bytes.Buffer
	b.Write(streamTable(reports))
	found := map[Standing]bool{}
	for _, r := range reports {
		b.Write(r.units(all))
		for _, f := range r.Findings {
			found[f.Standing] = true
		}
	}
	b.WriteByte('\n')
	for _, s := range standings {
		meaning := meanings[s]
		if s == Changed {
			meaning += units.aside()
		}
		if found[s] && meaning != "" {
			fmt.Fprintf(&b, "%s: %s\n", s, meaning)
		}
	}
	fmt.Fprintf(&b, "%s\n%s\n", units.Meaning, totalLine(reports))
	return b.Bytes()
}

// streamTable has a line for each stream.
func streamTable(reports []Report) []byte {
	t := &table{right: []bool{false, true, true, true, false}}
	t.add("STREAM", "ROWS", "UNITS", "NEW ROWS", "VERDICT, IN UNITS")
	for _, r := range reports {
		s := r.sum()
		if len(r.Findings) == 0 {
			t.add(r.Stream, "-", "-", "-", r.absent())
			continue
		}
		rows, came := thousands(s.rows), thousands(s.came)
		if s.uncounted {
			rows, came = "-", "-"
		}
		if s.more {
			came += "+"
		}
		verdict := s.verdict()
		t.add(r.Stream, rows, thousands(s.units), came, verdict[0])
		for _, rest := range verdict[1:] {
			t.add("", "", "", "", rest)
		}
	}
	return t.print(program.PageWidth)
}

// absent says why nothing was found about a stream.
func (r Report) absent() string {
	if !r.Marked {
		return "not in the state"
	}
	return "nothing to compare"
}

// A sum adds up findings.
type sum struct {
	rows, units, came int
	more              bool // there may be more new rows
	uncounted         bool // rows are not known
	by                map[Standing]int
}

func (r Report) sum() sum {
	s := sum{by: map[Standing]int{}}
	for _, f := range r.Findings {
		s.by[f.Standing]++
		came, more := f.came()
		s.came, s.more = s.came+came, s.more || more
		s.uncounted = s.uncounted || f.Of != ""
		if !f.After {
			s.units++
			s.rows += max(0, f.Rows)
		}
	}
	return s
}

// verdictWidth is what a page leaves for a verdict beside long numbers.
const verdictWidth = 28

// verdict is "same", or how many units are not, in lines.
func (s sum) verdict() []string {
	var lines []string
	for _, standing := range standings {
		n := s.by[standing]
		if n == 0 || standing == Same {
			continue
		}
		word := fmt.Sprintf("%s %s", thousands(n), standing)
		if last := len(lines) - 1; last >= 0 && len(lines[last])+len(word)+2 <= verdictWidth {
			lines[last] += ", " + word
		} else {
			lines = append(lines, word)
		}
	}
	if lines == nil {
		return []string{"same"}
	}
	return lines
}

func totalLine(reports []Report) string {
	var all sum
	for _, r := range reports {
		s := r.sum()
		all.rows, all.units, all.came, all.more = all.rows+s.rows, all.units+s.units, all.came+s.came, all.more || s.more
	}
	text := fmt.Sprintf("%d rows in %d units, %d differences", all.rows, all.units, differences(reports))
	switch {
	case all.more:
		return text + fmt.Sprintf(", %d rows or more new since the state", all.came)
	case all.came > 0:
		return text + fmt.Sprintf(", %d rows new since the state", all.came)
	}
	return text
}

// units lists what differs, neighbours together; or with all every unit.
func (r Report) units(all bool) []byte {
	t := &table{right: []bool{false, true, true, false}}
	t.add(r.Stream+", UTC", "WRITTEN", "NOW", "")
	for _, f := range r.joined(all) {
		now := f.Found
		if now < 0 && f.Standing == Same {
			now = f.Rows
		}
		t.add("  "+f.when(), number(f.Rows), number(now), string(f.Standing))
	}
	if len(t.rows) == 1 {
		return nil
	}
	return append([]byte("\n"), t.print(program.PageWidth)...)
}

// joined are the findings to list: with all, each of them; else those that differ,
// and neighbours of one standing as one.
func (r Report) joined(all bool) (out []Finding) {
	for _, f := range r.Findings {
		if all || f.Standing.differs() {
			out = append(out, f)
		}
		n := len(out)
		if all || n < 2 || f.Of != "" || !f.Standing.differs() {
			continue
		}
		if last := &out[n-2]; last.Standing == f.Standing && last.To.Equal(f.From) && last.Found >= 0 && f.Found >= 0 {
			last.To, last.Rows, last.Found = f.To, last.Rows+f.Rows, last.Found+f.Found
			out = out[:n-1]
		}
	}
	return out
}

// when is the time of a finding, or the day on which its window begins.
func (f Finding) when() string {
	from, to := f.From.UTC(), f.To.UTC()
	if f.Of != "" {
		return from.Format(time.DateOnly) + " " + f.Of
	}
	clock := "15:04"
	if from.Second() != 0 || to.Second() != 0 {
		clock = time.TimeOnly
	}
	if end := to.Add(-time.Second); end.YearDay() == from.YearDay() && end.Year() == from.Year() {
		text := to.Format(clock)
		if to.YearDay() != from.YearDay() {
			text = strings.Replace(text, "00:", "24:", 1)
		}
		return from.Format("2006-01-02 "+clock) + " to " + text
	}
	return from.Format("2006-01-02 "+clock) + " to " + to.Format("2006-01-02 "+clock)
}

func number(n int) string {
	if n < 0 {
		return "-"
	}
	return thousands(n)
}
