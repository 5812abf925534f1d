package tap

import (
	"bytes"
	"io"
	"sync"
)

// A console is stderr: whole lines, and under them at most one status line that
// is drawn again in place. Secrets are blacked out, whatever wrote them. Its
// methods may be called from several goroutines.
type console struct {
	w io.Writer
	Secrets

	// terminal is what the lines go to; nil: a file, or a program. person
	// tells that they are for a person's eyes, not for a program's behind it.
	terminal *terminal
	person   bool

	mu     sync.Mutex
	status string
}

func (a App) newConsole() *console {
	return &console{w: a.Err, terminal: terminalOf(a.Err, a.getenv("TERM"))}
}

// erase goes to the start of a terminal's line and clears it.
const erase = "\r\x1b[K"

// line writes one line, given without its line break.
func (c *console) line(text []byte) {
	masked := c.hideLone(string(text))
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

// block writes whole lines as they stand.
func (c *console) block(text []byte) {
	for line := range bytes.Lines(text) {
		c.line(bytes.TrimSuffix(line, []byte("\n")))
	}
}

// draw replaces the status line; the empty one clears it.
func (c *console) draw(status string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if status == c.status {
		return
	}
	c.status = status
	_, _ = io.WriteString(c.w, erase+status)
}
