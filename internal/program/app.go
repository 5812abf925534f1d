package program

import (
	"io"
	"strings"
)

// An App is a program before its command line is read: what it is called, what it
// carries with it, and where it runs. A main gives Name and the files,
// InProcess and cli.Main the rest. Only Commit, Catalog and Command may be missing.
type App struct {
	// Name is the command's name, "tap-reprise". It also gives the prefix of
	// the environment variables, TAP_REPRISE_. Version is shown by --version;
	// About says in one sentence what the program does.
	Name, Version, About string

	// Commit is the commit that the program was built from, "" where nobody
	// knows; --version shows it.
	Commit string

	// Spec is the Airbyte specification, whose connectionSpecification is the
	// one schema of the config. Catalog is what --discover prints without a
	// config; a program that discovers nothing has none. Sample is a config to
	// start from.
	Spec, Catalog, Sample []byte

	// Command is the command's name as it was called, os.Args[0].
	Command string

	// Args are the arguments without the command's name, Environ the
	// environment as os.Environ gives it.
	Args, Environ []string

	// Out carries the protocol, Err what a person reads. If Out is os.Stdout,
	// Run handles SIGINT and SIGTERM; otherwise they are the caller's.
	Out, Err io.Writer
}

// Print writes a document to stdout in the modes that sync nothing.
func (a App) Print(text []byte) error {
	if _, err := a.Out.Write(text); err != nil {
		return OutputError{err}
	}
	return nil
}

// EnvPrefix is "TAP_REPRISE_" for "tap-reprise".
func (a App) EnvPrefix() string {
	return strings.ToUpper(strings.ReplaceAll(a.Name, "-", "_")) + "_"
}

// Getenv is os.Getenv on the App's own environment.
func (a App) Getenv(name string) string {
	value := ""
	for _, entry := range a.Environ {
		if k, v, ok := strings.Cut(entry, "="); ok && k == name {
			value = v
		}
	}
	return value
}
