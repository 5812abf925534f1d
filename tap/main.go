package tap

import (
	"context"

	"tap-reprise/internal/program"
)

// A Connector is what a program reads: its system, as the program's main names it.
type Connector struct {
	// Open makes the source of a config: one JSON object with values of the
	// types that the spec asks for, valid, defaults filled in. It makes no
	// request.
	Open func(config []byte, env Env) (Source, error)

	// Demo makes the source of the built-in account, which needs no key; nil:
	// there is none. resumed says that a state was given.
	Demo func(env Env, resumed bool) (Source, error)

	// Verify compares a state with what the API holds; nil: there is no such
	// command.
	Verify Verifier
}

// An App is a connector as a program.
type App struct {
	program.App
	Connector
}

// Main runs the command that a.Args ask for on c and returns the exit code; when
// it returns, and when it does not, is as program.Run says. Called as source-…,
// the program speaks Airbyte's protocol.
func Main(ctx context.Context, a program.App, c Connector) int {
	return program.Run(ctx, a, func() program.Command { return parse(App{a, c}) })
}
