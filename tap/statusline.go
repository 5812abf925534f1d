package tap

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// line is the status line as it stands. The progress is locked.
func (p *Progress) line(now time.Time) string {
	heads, rows := []string{"asking for the streams", "streams"}, ""
	if p.stream != "" {
		place := fmt.Sprintf("%d of %d", p.n, p.of)
		heads = []string{"stream " + place + ", " + p.stream, place + ", " + p.stream, "stream " + place, place}
	}
	if p.stream != "" && p.flows {
		rows = thousands(p.rows) + " rows"
	}
	parts := []string{rows}
	if waiting := p.waiting(now); waiting != "" {
		parts = []string{waiting, rows}
	} else if p.stream != "" {
		parts = append(parts, p.pace(now)...)
	}
	return fit(heads, parts, p.console.Terminal.Width()-1)
}

// waiting says what has kept rows from coming, and for how long.
func (p *Progress) waiting(now time.Time) string {
	switch {
	case !p.blocked.IsZero():
		if d := now.Sub(p.blocked); d >= patience {
			return "waiting for the loader, " + span(d)
		}
	case now.Before(p.paused) && p.asked:
		return "the API asks for a pause, " + span(p.paused.Sub(now)+time.Second-1) + " left"
	case now.Before(p.paused) && now.Sub(p.heard) >= patience:
		return "asking again in " + span(p.paused.Sub(now)+time.Second-1)
	}
	since := p.heard
	if since.Before(p.paused) && p.asked {
		since = p.paused
	}
	if d := now.Sub(since); d >= patience && p.blocked.IsZero() {
		return "waiting for the API, " + span(d)
	}
	return ""
}

// pace says how much was done by the last page, how long the rest may take from
// now on, and how fast it goes.
func (p *Progress) pace(now time.Time) (parts []string) {
	took := p.paged.Sub(p.began)
	if p.done > 0 && p.done <= 1 {
		parts = append(parts, fmt.Sprintf("%d %% done", int(p.done*100)))
	}
	if p.done > 0 && p.done < 1 {
		left := time.Duration(float64(took)*(1-p.done)/p.done) - now.Sub(p.paged)
		parts = append(parts, span(max(left+time.Second-1, time.Second))+" left")
	}
	if s := took.Seconds(); s >= 1 && float64(p.rows) >= s {
		parts = append(parts, thousands(int(float64(p.rows)/s))+" rows/s")
	}
	return parts
}

// fit joins as many parts as width takes, so that the line never wraps. Of the
// heads it takes the first that leaves room for the first part.
func fit(heads, parts []string, width int) string {
	for len(heads) > 1 && utf8.RuneCountInString(heads[0]+": "+parts[0]) > width {
		heads = heads[1:]
	}
	text, mark := heads[0], ": "
	for _, part := range parts {
		if part == "" {
			continue
		}
		if utf8.RuneCountInString(text+mark+part) > width {
			break
		}
		text, mark = text+mark+part, ", "
	}
	if r := []rune(text); len(r) > width {
		text = string(r[:max(0, width)])
	}
	return text
}

// span writes a duration as people say it: 9 s, 2 min 5 s, 1 h 30 min.
func span(d time.Duration) string {
	s := int(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s%60 == 0 && s < 3600:
		return fmt.Sprintf("%d min", s/60)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	return fmt.Sprintf("%d h %d min", s/3600, s/60%60)
}

// thousands writes n with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}
