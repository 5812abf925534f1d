// Command tap-reprise reads a Reprise account's demo analytics and writes
// Singer messages. README.md shows how.
package main

import (
	"context"
	_ "embed"
	"os"
	"runtime/debug"

	"tap-reprise/streams"
	"tap-reprise/tap"
)

//go:embed spec.json
var spec []byte

//go:embed catalog.json
var catalog []byte

//go:embed config.sample.json
var sample []byte

var version = "0.1.0"

func main() {
	if os.Getenv("GOGC") == "" {
		// Memory is pages that are used again: collecting early costs nothing
		// and keeps the process smaller.
		debug.SetGCPercent(25)
	}
	os.Exit(tap.Main(context.Background(), tap.App{
		Name: "tap-reprise", Version: version, About: "Demo analytics from the Reprise Data API",
		Spec: spec, Catalog: catalog, Sample: sample,
		Open: streams.Open("reprise"), Demo: streams.Demo("reprise"), Verify: streams.Verify("reprise"),
		Command: os.Args[0], Args: os.Args[1:], Environ: os.Environ(), Out: os.Stdout, Err: os.Stderr,
	}))
}
