package tap

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// redraw is the least time between two looks of the status line.
const redraw = 200 * time.Millisecond

// A progress shows one sync on the status line of a terminal: rows, rows a
// second, the share of the stream that is done, and the time left. On nil its
// methods do nothing.
type progress struct {
	console *console
	width   func() int

	stream string
	rows   int
	began  time.Time
	drawn  time.Time
}

// newProgress returns nil unless w is a terminal.
func newProgress(w io.Writer, c *console) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &progress{console: c, width: func() int {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
		return 80
	}}
}

func (p *progress) start(stream string) {
	if p != nil {
		*p = progress{console: p.console, width: p.width, stream: stream, began: time.Now()}
		p.show(stream + ": asking")
	}
}

func (p *progress) page(rows int, done float64) {
	if p == nil {
		return
	}
	p.rows += rows
	if time.Since(p.drawn) < redraw {
		return
	}
	p.drawn = time.Now()
	took := time.Since(p.began)
	text := fmt.Sprintf("%s: %s rows", p.stream, thousands(p.rows))
	if s := took.Seconds(); s > 0 {
		text += fmt.Sprintf(", %s rows/s", thousands(int(float64(p.rows)/s)))
	}
	if done > 0 && done <= 1 {
		left := time.Duration(float64(took) * (1 - done) / done)
		text += fmt.Sprintf(", %d %% done, %s left", int(done*100), left.Round(time.Second))
	}
	p.show(text)
}

// wait shows that the API asked for a pause. It may come from any goroutine.
func (p *progress) wait(until time.Time) {
	if p != nil {
		p.show("the API asked to wait until " + until.Local().Format(time.TimeOnly))
	}
}

// show draws text, cut to the terminal's width so that it stays one line.
func (p *progress) show(text string) {
	if r, n := []rune(text), p.width()-1; n > 0 && len(r) > n {
		text = string(r[:n])
	}
	p.console.draw(text)
}

// stop clears the status line.
func (p *progress) stop() {
	if p != nil {
		p.console.draw("")
	}
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
