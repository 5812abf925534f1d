package tap

import (
	"os"
	"runtime"

	"golang.org/x/term"
)

// A terminal is what a person looks at.
type terminal struct {
	columns func() int // 0: not known

	// moves tells that a line can be erased and written again.
	moves bool
}

// A screen is a writer that is a terminal without being one of the system's.
type screen interface{ Columns() int }

// terminalOf is the terminal that w writes to, or nil. TERM is its kind: a dumb
// one takes plain lines only. No colour is used, so that NO_COLOR asks for nothing.
func terminalOf(w any, kind string) *terminal {
	moves := kind != "dumb" && (kind != "" || runtime.GOOS == "windows")
	if s, ok := w.(screen); ok {
		return &terminal{s.Columns, moves}
	}
	if !isTerminal(w) {
		return nil
	}
	fd := int(w.(*os.File).Fd())
	return &terminal{moves: moves, columns: func() int {
		n, _, err := term.GetSize(fd)
		if err != nil {
			return 0
		}
		return n
	}}
}

// width is how many columns a line may take, also where nobody knows.
func (t *terminal) width() int {
	if n := t.columns(); n > 0 {
		return n
	}
	return pageWidth
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
