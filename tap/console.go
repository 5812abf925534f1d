package tap

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
)

// A console is stderr: whole lines, and under them at most one status line that
// is drawn again in place. Secrets are blacked out, whatever wrote them. Its
// methods may be called from several goroutines.
type console struct {
	w io.Writer

	mu      sync.Mutex
	status  string
	secrets *strings.Replacer
}

// erase goes to the start of a terminal's line and clears it.
const erase = "\r\x1b[K"

// hide blacks out the given values from now on. Values of under four bytes
// would black out half of every text; they are no secrets.
func (c *console) hide(values []string) {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return len(v) < 4 })
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, v := range values {
		inJSON := strings.Trim(string(encode(v)), `"`)
		pairs = append(pairs, v, "***", inJSON, "***")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.secrets = strings.NewReplacer(pairs...)
}

// line writes one line, given without its line break.
func (c *console) line(text []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secrets != nil {
		text = []byte(c.secrets.Replace(string(text)))
	}
	var b bytes.Buffer
	if c.status != "" {
		b.WriteString(erase)
	}
	b.Write(text)
	b.WriteByte('\n')
	b.WriteString(c.status)
	_, _ = c.w.Write(b.Bytes()) // there is nowhere left to complain
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
