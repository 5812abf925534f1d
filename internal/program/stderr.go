package program

import (
	"log/slog"
	"sync/atomic"
)

// A Stderr is what a command says to the person, or the platform, that reads its
// stderr: its log, why it failed, and its last words.
type Stderr struct {
	Console *Console
	Log     *slog.Logger

	// Out is the output of the run, once there is one: last words say whether
	// its reader blocks it.
	Out atomic.Pointer[Outlet]
}

// NewStderr is what a command says to a.Err, as a.Environ asks for it.
func (a App) NewStderr() *Stderr {
	console := a.NewConsole()
	return &Stderr{Console: console, Log: a.NewLog(console)}
}

// Fail logs why the command failed, in one line or several; as Meltano shows the last of them.
func (s *Stderr) Fail(err error) { logFailure(s.Log, err) }

// LastWords logs why the run is given up, whose output may be blocked.
func (s *Stderr) LastWords(why error) {
	s.Console.Draw("")
	logFailure(s.Log, Abandoned(why, s.Out.Load()))
}
