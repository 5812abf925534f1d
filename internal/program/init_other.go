//go:build !unix

package program

// crashLoudly does nothing: here a crash has no code of its own.
func crashLoudly() {}

// asInit reports false: there are no inits here.
func asInit(App) (code int, ended bool) { return 0, false }
