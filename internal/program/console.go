package program

import (
	"bytes"
	"io"
	"sync"
)

// A Console is stderr: whole lines, and under them at most one status line that
// is drawn again in place. Secrets are blacked out, whatever wrote them. Its
// methods may be called from several goroutines.
type Console struct {
	w io.Writer
	Secrets

	// Terminal is where the lines go; nil: into a file, or to a program. Person
	// says that a person reads them there, and no platform.
	Terminal *Terminal
	Person   bool

	mu     sync.Mutex
	status string
}

// NewConsole is the console on a.Err.
func (a App) NewConsole() *Console {
	return &Console{w: a.Err, Terminal: TerminalOf(a.Err, a.Getenv("TERM"))}
}

// erase goes to the start of a terminal's line and clears it.
const erase = "\r\x1b[K"

// line writes one line, given without its line break.
func (c *Console) line(text []byte) {
	masked := c.HideLone(string(text))
	c.mu.Lock()
	defer c.mu.Unlock()
	var b bytes.Buffer
	if c.status != "" {
		b.WriteString(erase)
	}
	b.WriteString(masked)
	b.WriteByte('\n')
	b.WriteString(c.status)
	_, _ = c.w.Write(b.Bytes()) // there is nowhere left to complain
}

// Block writes whole lines as they stand.
func (c *Console) Block(text []byte) {
	for line := range bytes.Lines(text) {
		c.line(bytes.TrimSuffix(line, []byte("\n")))
	}
}

// Draw replaces the status line; the empty one clears it.
func (c *Console) Draw(status string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if status == c.status {
		return
	}
	c.status = status
	_, _ = io.WriteString(c.w, erase+status)
}
