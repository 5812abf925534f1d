package program

import (
	"os"
	"runtime"

	"golang.org/x/term"
)

// PageWidth is the most columns that a text for a person takes.
const PageWidth = 80

// A Terminal is what a person looks at.
type Terminal struct {
	columns func() int // 0: not known

	// Moves says that a line can be erased and written again.
	Moves bool
}

// A screen is a writer that is a terminal without being one of the system's.
type screen interface{ Columns() int }

// TerminalOf is the terminal that w writes to, or nil. TERM is its kind: a dumb
// one takes plain lines only. Colours are used nowhere, so NO_COLOR changes nothing.
func TerminalOf(w any, kind string) *Terminal {
	moves := kind != "dumb" && (kind != "" || runtime.GOOS == "windows")
	if s, ok := w.(screen); ok {
		return &Terminal{s.Columns, moves}
	}
	if !IsTerminal(w) {
		return nil
	}
	fd := int(w.(*os.File).Fd())
	return &Terminal{Moves: moves, columns: func() int {
		n, _, err := term.GetSize(fd)
		if err != nil {
			return 0
		}
		return n
	}}
}

// Width is how many columns a line may take, also where nobody knows.
func (t *Terminal) Width() int {
	if n := t.columns(); n > 0 {
		return n
	}
	return PageWidth
}

// IsTerminal reports whether w is a file of the system that is a terminal.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
