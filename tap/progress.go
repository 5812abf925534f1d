package tap

import (
	"context"
	"io"
	"sync"
	"time"

	"tap-reprise/internal/program"
)

// redraw is the time between two looks of the status line; patience how long
// nothing may happen until the line says what is waited for.
const (
	redraw   = 200 * time.Millisecond
	patience = 2 * time.Second
)

// A Progress shows one sync on the status line of a terminal. It moves with the
// clock: whether rows come or not, it says what goes on. Its methods may be
// called from several goroutines; on nil they do nothing.
type Progress struct {
	console *program.Console
	flows   bool // rows are written, and counted

	mu      sync.Mutex
	stream  string // "": none yet
	n, of   int    // the n-th of so many
	rows    int
	done    float64
	began   time.Time
	paged   time.Time // the last page
	heard   time.Time // the last sign of life of the API
	paused  time.Time // until when no request is made
	asked   bool      // the API wants it so
	blocked time.Time // since when a page is being written; zero: none is
	gone    bool

	halt  chan struct{}
	once  sync.Once
	ended sync.WaitGroup
}

// NewProgress returns nil unless a person looks at stderr, which is console. Rows
// go to out meanwhile, unless it is nil; then that must not be a terminal itself.
func NewProgress(console *program.Console, out io.Writer) *Progress {
	if !console.Person || !console.Terminal.Moves || out != nil && program.TerminalOf(out, "") != nil {
		return nil
	}
	return &Progress{console: console, flows: out != nil, halt: make(chan struct{})}
}

// Run shows the line until stop, or the end of ctx.
func (p *Progress) Run(ctx context.Context) {
	if p == nil {
		return
	}
	now := time.Now()
	p.began, p.heard = now, now
	p.ended.Go(func() {
		t := time.NewTicker(redraw)
		defer t.Stop()
		defer p.clear()
		for {
			p.show()
			select {
			case <-t.C:
			case <-p.halt:
				return
			case <-ctx.Done():
				return
			}
		}
	})
}

// Stop clears the line for good.
func (p *Progress) Stop() {
	if p != nil {
		p.once.Do(func() { close(p.halt) })
		p.ended.Wait()
	}
}

// note changes what the line is made of.
func (p *Progress) note(change func(now time.Time)) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	change(time.Now())
}

// Start notes that the n-th of so many streams begins.
func (p *Progress) Start(stream string, n, of int) {
	p.note(func(now time.Time) {
		p.stream, p.n, p.of, p.rows, p.done = stream, n, of, 0, 0
		p.began, p.heard, p.paged = now, now, now
	})
	p.show()
}

// show draws the line, unless it is gone for good.
func (p *Progress) show() {
	p.note(func(now time.Time) {
		if !p.gone {
			p.console.Draw(p.line(now))
		}
	})
}

// clear erases the line for good.
func (p *Progress) clear() {
	p.note(func(time.Time) {
		p.gone = true
		p.console.Draw("")
	})
}

// page notes that rows came, and which share of the stream is behind them.
func (p *Progress) page(rows int, done float64) {
	p.note(func(now time.Time) { p.rows, p.done, p.heard, p.paged = p.rows+rows, done, now, now })
}

// Answered notes that the API gave an answer.
func (p *Progress) Answered() { p.note(func(now time.Time) { p.heard = now }) }

// Pause notes that no request is made for so long, as the API asked or because
// one failed.
func (p *Progress) Pause(wait time.Duration, asked bool) {
	p.note(func(now time.Time) { p.paused, p.asked = now.Add(wait), asked })
}

// writing notes that rows are handed to the loader, or that this is over.
func (p *Progress) writing(on bool) {
	p.note(func(now time.Time) {
		p.blocked = time.Time{}
		if p.heard = now; on {
			p.blocked = now
		}
	})
}
