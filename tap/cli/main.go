package cli

import (
	"context"
	"path/filepath"
	"strings"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// Main runs the command that a.Args ask for on c and returns the exit code. How it
// ends, and when it does not return, is as program.Run says. Called as source-…,
// the program speaks Airbyte's protocol.
func Main(ctx context.Context, a program.App, c tap.Connector) int {
	a.About = c.About
	return program.Run(ctx, a, func() program.Command { return parse(connected{a, c}) })
}

// A connected program is one with the system that it reads.
type connected struct {
	program.App
	connector tap.Connector
}

// isSource reports whether the program was called by a name of Airbyte's kind.
func (a connected) isSource() bool {
	return strings.HasPrefix(filepath.Base(a.Command), "source-")
}
