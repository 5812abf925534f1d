// Command tap-reprise reads a Reprise account's demo analytics and writes
// Singer messages. README.md shows how.
package main

import (
	"context"
	_ "embed"
	"os"
	"runtime/debug"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/tap/cli"
)

//go:embed spec.json
var spec []byte

//go:embed catalog.json
var catalog []byte

//go:embed config.sample.json
var sample []byte

var version = "0.1.0"

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

func main() {
	if os.Getenv("GOGC") == "" {
		// Memory is pages that are used again: collecting early costs nothing
		// and keeps the process smaller.
		debug.SetGCPercent(25)
	}
	os.Exit(cli.Main(context.Background(), program.App{
		Name: "tap-reprise", Version: version, Commit: builtFrom(),
		Spec: spec, Catalog: catalog, Sample: sample,
		Command: os.Args[0], Args: os.Args[1:], Environ: os.Environ(), Out: os.Stdout, Err: os.Stderr,
	}, reprise.Connector))
}
