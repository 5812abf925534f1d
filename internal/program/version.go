package program

import (
	"os"
	"runtime/debug"
	"strings"
)

// Version is that of every program of this module.
const Version = "0.1.0"

// commit is set by the linker in what make builds. Go itself notes it elsewhere.
var commit string

// builtFrom is the commit that this program was built from, "" if nobody knows.
func builtFrom() string {
	info, ok := debug.ReadBuildInfo()
	if commit != "" || !ok {
		return commit
	}
	id, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			id = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "-dirty"
		}
	}
	if id == "" {
		return ""
	}
	return id + changed
}

// InProcess is a as the process that runs it: with the version of this module, the
// commit that it was built from, and what the process was started with.
func (a App) InProcess() App {
	a.Version, a.Commit = Version, builtFrom()
	a.Command, a.Args, a.Environ = os.Args[0], os.Args[1:], os.Environ()
	a.Out, a.Err = os.Stdout, os.Stderr
	return a
}

// VersionLine is what --version prints.
func (a App) VersionLine() string {
	line := a.Name + " v" + strings.TrimPrefix(a.Version, "v")
	if a.Commit != "" {
		line += " (commit " + a.Commit + ")"
	}
	return line + "\n"
}

// UserAgent is what requests say of who asks: tap-reprise/0.1.0.
func (a App) UserAgent() string { return a.Name + "/" + strings.TrimPrefix(a.Version, "v") }
