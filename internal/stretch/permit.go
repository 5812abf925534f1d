package stretch

import (
	"context"
	"time"

	"tap-reprise/internal/rows"
)

// A permit keeps the flights from taking their answers into memory all at once.
// Each flight has one, and waits for it before it reads an answer, until only the
// rows just before its own are still to be written. All but grant are for the
// flight alone.
type permit struct {
	granted chan struct{} // holds one value
	mine    bool
}

func newPermit() *permit { return &permit{granted: make(chan struct{}, 1)} }

// grant says that everything before is written or about to be.
func (p *permit) grant() {
	select {
	case p.granted <- struct{}{}:
	default:
	}
}

// wait returns once the permit is granted, and after rows.Patience in any case. It
// returns how long that took. The permit lasts until end. A nil permit is always
// granted.
func (p *permit) wait(ctx context.Context) time.Duration {
	if p == nil || p.mine {
		return 0
	}
	began, late := time.Now(), time.NewTimer(rows.Patience)
	defer late.Stop()
	select {
	case <-p.granted:
		p.mine = true
	case <-late.C:
	case <-ctx.Done():
	}
	return time.Since(began)
}

// end takes the permit back. Call it before rows are handed over.
func (p *permit) end() {
	p.mine = false
	select {
	case <-p.granted: // it came too late
	default:
	}
}
