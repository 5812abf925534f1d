package tap

import (
	"fmt"
	"path/filepath"
	"strings"

	"tap-reprise/internal/program"
)

// helpIndent is where texts beside options begin.
const helpIndent = 26

// A topic is a command as help explains it.
type topic struct {
	name    string // "" is the sync, which needs no word, "source-" what Airbyte calls
	usage   string // follows the program's name
	about   string
	options []string // names in helpOptions
}

// topics are the commands in the order of help. PREFIX and ABOUT stand
// for the app's.
var topics = []topic{
	{"", "[COMMAND] [OPTIONS]", "ABOUT",
		[]string{"config", "catalog", "properties", "state", "discover", "test", "about", "format", "version", "help"}},
	{"demo", "demo [OPTIONS]", "Sync a built-in account; no key, no config, no network.",
		[]string{"state", "catalog", "properties", "discover", "test", "airbyte", "help"}},
	{"verify", "verify --config FILE --state FILE [OPTIONS]", "Compare what was loaded with what the API holds; write nothing.",
		[]string{"config", "state", "catalog", "properties", "deep", "all", "report", "demo", "help"}},
	{"spec", "spec", "Airbyte: print what the config may hold.", []string{"help"}},
	{"check", "check --config FILE", "Airbyte: tell whether the account can be read.",
		[]string{"airbyte config", "debug", "help"}},
	{"discover", "discover --config FILE", "Airbyte: print the streams.",
		[]string{"airbyte config", "debug", "help"}},
	{"read", "read --config FILE --catalog FILE [--state FILE]", "Airbyte: read the streams of a catalog.",
		[]string{"airbyte config", "airbyte catalog", "airbyte state", "debug", "help"}},
	{"help", "help [COMMAND]", "Print this, or the help of a command.", nil},
	{"version", "version", "Print the version.", nil},
	{"source-", "spec|check|discover|read [OPTIONS]", "ABOUT",
		[]string{"airbyte config", "airbyte catalog", "airbyte state", "debug", "version", "help"}},
}

// helpOptions are the options as help shows them, and what they do.
var helpOptions = map[string][2]string{
	"config":          {"-c, --config FILE|ENV", "The config, a JSON file, or ENV for PREFIX<KEY>. May be given again; later ones win key by key."},
	"catalog":         {"    --catalog FILE", "A Singer catalog that says what to sync."},
	"properties":      {"-p, --properties FILE", "The same, under its old name."},
	"state":           {"-s, --state FILE", "The last STATE of an earlier run, to go on from there."},
	"discover":        {"-d, --discover", "Print the catalog and end."},
	"test":            {"    --test[=all|schema]", "Sync one record of each stream, or only its schema."},
	"about":           {"    --about", "Print settings and capabilities."},
	"format":          {"    --format FORMAT", "Form of --about: text, json or markdown."},
	"version":         {"    --version", "Print the version."},
	"help":            {"-h, --help", "Print this."},
	"airbyte":         {"    --airbyte", "Write Airbyte's messages; --catalog and --state are then of Airbyte's forms."},
	"deep":            {"    --deep", "Read every row, to find each changed value; else rows are counted."},
	"all":             {"    --all", "List what is the same, too."},
	"report":          {"    --format table|json", "Form of the report."},
	"demo":            {"    --demo", "Ask the built-in account; no config is needed."},
	"airbyte config":  {"    --config FILE", "The config, a JSON file."},
	"airbyte catalog": {"    --catalog FILE", "A configured catalog of Airbyte's form."},
	"airbyte state":   {"    --state FILE", "The last states of an earlier run, to go on from there."},
	"debug":           {"    --debug", "Tell every request."},
}

// topicOf is the command of that name, if help knows it.
func topicOf(name string) (topic, bool) {
	for _, t := range topics {
		if t.name == name {
			return t, true
		}
	}
	return topic{}, false
}

// usage is the line above an error about the arguments of a command, and the
// first of its help.
func (a App) usage(name string) string {
	t, _ := topicOf(name)
	name0 := a.Name
	if name == "source-" {
		name0 = filepath.Base(a.Command)
	}
	return fmt.Sprintf("Usage: %s %s\n", name0, t.usage)
}

// helpText is what --help prints of a command. Each has its own options.
func (a App) helpText(name string) string {
	t, _ := topicOf(name)
	var b strings.Builder
	fill := strings.NewReplacer("PREFIX", a.EnvPrefix(), "ABOUT", a.About)
	fmt.Fprintf(&b, "%s\n  %s\n", a.usage(name), fill.Replace(t.about))
	if name == "" {
		b.WriteString("\nCommands:\n")
		for _, c := range topics {
			if c.name != "" && c.name != "source-" {
				program.Beside(&b, 11, c.name, c.about)
			}
		}
		fmt.Fprintf(&b, "%s help COMMAND tells the options of each.\n", a.Name)
	}
	for i, option := range t.options {
		if i == 0 {
			b.WriteString("\nOptions:\n")
		}
		o := helpOptions[option]
		program.Beside(&b, helpIndent, o[0], fill.Replace(o[1]))
	}
	if name != "" {
		return b.String()
	}
	b.WriteString("\nMessages go to stdout, everything else to stderr. Exit codes:\n")
	for _, c := range program.ExitCodes {
		program.Beside(&b, 5, fmt.Sprint(c.Code), strings.ReplaceAll(c.Means, "`", ""))
	}
	sample := strings.ReplaceAll(strings.TrimSpace(string(a.Sample)), "\n", "\n  ")
	fmt.Fprintf(&b, "\nA config to start from:\n  %s\n", sample)
	return b.String()
}
