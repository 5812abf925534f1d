package ledger

import (
	"math"
	"sort"
)

// refresh marks the units that were read longest ago: those that are due, and as
// many rows as it takes to read the whole ledger once every Options.Refresh. It
// finds what no count does: a late row beside a removal, and a row that changed.
func (p *plan) refresh() {
	every := p.opt.refresh()
	if every == 0 {
		return
	}
	// A schedule that is a little early still counts as on time.
	due := p.opt.now() - every + every/24
	share := p.share(every)
	for _, i := range p.oldestRead() {
		u := &p.l.units[i]
		if u.read*Hour > due && share <= 0 {
			return
		}
		p.mark(i, i+1)
		share -= u.rows
	}
}

// share is how many rows to read for the time since the last run, in whole
// requests. Where runs are frequent, most of them have none.
func (p *plan) share(every int64) int {
	turns := float64(p.l.rows(0, p.last)) / float64(p.opt.fit()) / float64(every)
	passed := math.Floor(turns*float64(p.opt.now())) - math.Floor(turns*float64(p.l.to))
	return int(passed) * p.opt.fit()
}

// oldestRead lists the listed units by when they were read, then by time.
func (p *plan) oldestRead() []int {
	var order []int
	for i := range p.last {
		if p.l.units[i].kind == listed {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool {
		return p.l.units[order[a]].read < p.l.units[order[b]].read
	})
	return order
}
