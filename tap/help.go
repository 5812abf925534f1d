package tap

import (
	"fmt"
	"strings"
)

// usage is the one line above an error about the arguments.
func (a App) usage() string {
	return fmt.Sprintf("Usage: %s [OPTIONS]\n", a.Name)
}

// helpText is what --help prints.
func (a App) helpText() string {
	text := `Usage: NAME [OPTIONS]
       NAME demo [OPTIONS]      the same on a built-in account; no key needed
       NAME spec|check|discover|read [OPTIONS]
                                as a source of Airbyte's protocol, --config,
                                --catalog and --state in its forms; so is
                                demo --airbyte
       NAME verify --config FILE --state FILE [--catalog FILE] [--deep]
                                [--all] [--format table|json]
                                compare what was loaded with what the API holds

  ABOUT

Options:
  -c, --config FILE|ENV   The config, a JSON file, or ENV for PREFIX<KEY>. May
                          be given again; later ones win key by key.
      --catalog FILE      A Singer catalog that says what to sync; also
  -p, --properties FILE   under its old name.
  -s, --state FILE        The last STATE of an earlier run, to go on from there.
  -d, --discover          Print the catalog and end.
      --test[=all|schema] Sync one record of each stream, or only its schema.
      --about             Print settings and capabilities.
      --format FORMAT     Form of --about: text, json or markdown.
      --version           Print the version.
      --help              Print this.

Messages go to stdout, everything else to stderr. Exit codes: 0 done, 1 try
again later, 2 fix config, catalog or state, 3 fix the key or its access,
4 verify found differences.

A config to start from:
SAMPLE`
	sample := "  " + strings.ReplaceAll(strings.TrimSpace(string(a.Sample)), "\n", "\n  ") + "\n"
	return strings.NewReplacer("NAME", a.Name, "PREFIX", a.envPrefix(), "ABOUT", a.About, "SAMPLE", sample).Replace(text)
}
