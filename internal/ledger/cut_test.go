package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCut(t *testing.T) {
	hours := func(rows ...int) *ledger {
		l := &ledger{from: begin, to: begin + int64(len(rows))*Hour}
		for i, n := range rows {
			l.units = append(l.units, unit{from: begin + int64(i)*Hour, rows: n})
		}
		return l
	}
	for name, c := range map[string]struct {
		l    *ledger
		from int64 // seconds after begin
		to   int64
		last Density
		want int64
	}{
		"as many units as fill 0.8 of a page":     {l: hours(30, 30, 20, 1, 30), to: 5 * 3600, want: 3 * 3600},
		"empty units cost nothing":                {l: hours(0, 80, 0, 0, 1), to: 5 * 3600, want: 4 * 3600},
		"a unit that is a page and more":          {l: hours(200, 1), to: 2 * 3600, want: 1259},
		"the rest of such a unit":                 {l: hours(200, 1), from: 1800, to: 2 * 3600, want: 3059},
		"never beyond the span":                   {l: hours(1, 1, 1), to: 2 * 3600, want: 2 * 3600},
		"at least a second":                       {l: hours(1_000_000), to: 3600, want: 1},
		"a day where nothing is known":            {l: hours(), to: 1e8, want: 86400},
		"by the density of the last stretch":      {l: hours(), to: 1e8, last: Density{Rows: 50, Over: 1000 * Second}, want: 1400},
		"at most four times the last stretch":     {l: hours(), to: 1e8, last: Density{Rows: 1, Over: 1000 * Second}, want: 4000},
		"four times a stretch that held nothing":  {l: hours(), to: 1e8, last: Density{Over: 1000 * Second}, want: 4000},
		"by what is known of the time before":     {l: hours(10, 10), from: 2 * 3600, to: 1e8, want: 9 * 3600},
		"units and what the tail takes":           {l: hours(30, 30), to: 1e8, want: 2*3600 + 2400 - 300},
		"units and all of a short tail":           {l: hours(30, 30), to: 2*3600 + 60, want: 2*3600 + 60},
		"a page that proved to be smaller":        {l: hours(20, 20, 20, 20), to: 4 * 3600, last: Density{Rows: 20, Over: Hour, Page: 50}, want: 2 * 3600},
		"a dense last second":                     {l: hours(), to: 1e8, last: Density{Rows: 5000, Over: Second}, want: 1},
		"a stretch longer than any account is":    {l: hours(), to: 1e11, last: Density{Over: 1e11 * Second}, want: 1e11},
		"on a whole second whatever the division": {l: hours(), to: 1e8, last: Density{Rows: 7, Over: 1001 * Second}, want: 4004},
	} {
		t.Run(name, func(t *testing.T) {
			span := Span{begin + c.from*Second, begin + c.to*Second}
			got := c.l.chart(span, 100).cut(span, c.last)
			require.Zero(t, got%Second)
			require.Equal(t, c.want, (got-begin)/Second)
		})
	}
}
