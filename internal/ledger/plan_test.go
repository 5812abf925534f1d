package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hourly is a plan over units of the given rows. Those to be read are marked.
func hourly(rows []int, read ...int) *plan {
	l := &ledger{from: begin, to: begin + int64(len(rows))*Hour}
	for i, n := range rows {
		l.units = append(l.units, unit{from: begin + int64(i)*Hour, rows: n})
	}
	p := newPlan(l, Options{Now: l.to, Page: 100, Lookback: 240 * time.Hour}.withDefaults())
	for _, i := range read {
		p.read[i] = true
	}
	return p
}

func TestBridge(t *testing.T) {
	for name, c := range map[string]struct {
		rows []int
		read []int
		want []int
	}{
		"a quarter of a page is read through":  {[]int{1, 20, 5, 1}, []int{0, 3}, []int{0, 1, 2, 3}},
		"more is not":                          {[]int{1, 20, 6, 1}, []int{0, 3}, []int{0, 3}},
		"each gap for itself":                  {[]int{1, 20, 1, 20, 1}, []int{0, 2, 4}, []int{0, 1, 2, 3, 4}},
		"the time before the first one is not": {[]int{1, 1, 1}, []int{2}, []int{2}},
		"nor is the time after the last one":   {[]int{1, 1, 1}, []int{0}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			p := hourly(c.rows, c.read...)
			p.bridge()
			require.Equal(t, c.want, marks(p))
		})
	}
	p := hourly([]int{1, 0, 1}, 0, 2)
	p.l.units[1].kind = closed
	p.bridge()
	require.Equal(t, []int{0, 2}, marks(p), "closed time is not read")
}

func marks(p *plan) (out []int) {
	for i, read := range p.read {
		if read {
			out = append(out, i)
		}
	}
	return out
}

// TestShare: over the time of one refresh the shares add up to everything,
// however often a run comes.
func TestShare(t *testing.T) {
	for name, every := range map[string]int64{"five minutes": Hour / 12, "hourly": Hour, "daily": Day, "a little early": Day - 1200*Second} {
		t.Run(name, func(t *testing.T) {
			p := hourly([]int{4000, 4000}, 0)
			most, sum, passed := 0, 0, int64(0)
			for ; passed < 7*Day; passed += every {
				p.opt.Now = p.l.to + every
				n := p.share(7 * Day)
				p.l.to += every
				sum, most = sum+n, max(most, n)
			}
			require.InDelta(t, 8000*float64(passed)/float64(7*Day), sum, 160)
			require.LessOrEqual(t, most, max(80, 8000/7+80))
			require.Zero(t, most%80, "whole requests")
		})
	}
}
