// Command tap-rybbit reads the sessions of websites from Rybbit and writes Singer
// messages. README.md shows how.
package main

import (
	"context"
	_ "embed"
	"os"

	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit"
	"tap-reprise/tap/cli"
)

//go:embed spec.json
var spec []byte

//go:embed catalog.json
var catalog []byte

//go:embed config.sample.json
var sample []byte

func main() {
	app := program.App{Name: "tap-rybbit", Spec: spec, Catalog: catalog, Sample: sample}
	os.Exit(cli.Main(context.Background(), app.InProcess(), rybbit.Connector))
}
