package cli

import (
	"slices"
	"strings"
)

// An option is one flag of the command line.
type option struct {
	// names are the flag's, joined by blanks: the long one, then the short one, which
	// has one letter.
	names string

	// argument is its value as help shows it, "FILE"; "" is a switch. In brackets,
	// "[=all|schema]", it may be left out.
	argument string

	// values are those that it may have; nil: any. files says that they are names
	// of files.
	values []string
	files  bool

	// shown are the commands that have it in their help, taken the others that take
	// it; both are names joined by blanks.
	shown, taken string

	about string // PREFIX stands for that of environment variables

	set func(l *line, value string) // "true" is a switch, or a value left out
}

// singerToo are the commands that take the whole command line of Singer, since
// platforms mix its flags.
const singerToo = "demo version"

// airbyteToo are the commands of Airbyte, which take each other's flags.
const airbyteToo = "spec check discover read source-"

// options are all flags, in the order of help.
var options = []option{
	{names: "config c", argument: "FILE|ENV", files: true, shown: "sync verify", taken: singerToo,
		about: "The config, a JSON file, or ENV for PREFIX<KEY>. May be given again; later ones win key by key.",
		set:   func(l *line, v string) { l.config = append(l.config, v) }},
	{names: "catalog", argument: "FILE", files: true, shown: "sync demo verify", taken: singerToo,
		about: "A Singer catalog that says what to sync.",
		set:   func(l *line, v string) { l.catalog = v }},
	{names: "properties p", argument: "FILE", files: true, shown: "sync demo verify", taken: singerToo,
		about: "The same, under its old name.",
		set:   func(l *line, v string) { l.catalog = v }},
	{names: "state s", argument: "FILE", files: true, shown: "sync demo verify", taken: singerToo,
		about: "The last STATE of an earlier run, to go on from there.",
		set:   func(l *line, v string) { l.state = v }},
	{names: "discover d", shown: "sync demo", taken: singerToo,
		about: "Print the catalog and end.",
		set:   func(l *line, v string) { l.discover = isOn(v) }},
	{names: "test", argument: "[=all|schema]", values: []string{"all", "schema"}, shown: "sync demo", taken: singerToo,
		about: "Sync one record of each stream, or only its schema.",
		set:   func(l *line, v string) { l.test = testOf(v) }},
	{names: "about", argument: "[=FORMAT]", values: []string{"text", "json", "markdown"}, shown: "sync", taken: singerToo,
		about: "Print settings and capabilities.",
		set:   func(l *line, v string) { l.about, l.aboutForm = isOn(v), other(v) }},
	{names: "format", argument: "FORMAT", values: []string{"text", "json", "markdown"}, shown: "sync", taken: singerToo,
		about: "Form of --about: text, json or markdown.",
		set:   func(l *line, v string) { l.format = v }},
	{names: "deep", shown: "verify",
		about: "Read every row, to find each changed value; else rows are counted.",
		set:   func(l *line, v string) { l.deep = isOn(v) }},
	{names: "all", shown: "verify",
		about: "List what is the same, too.",
		set:   func(l *line, v string) { l.all = isOn(v) }},
	{names: "format", argument: "table|json", values: []string{"table", "json"}, shown: "verify",
		about: "Form of the report.",
		set:   func(l *line, v string) { l.format = v }},
	{names: "demo", shown: "verify",
		about: "Ask the built-in account; no config is needed.",
		set:   func(l *line, v string) { l.demo = isOn(v) }},
	{names: "airbyte", shown: "demo", taken: airbyteToo,
		about: "Write Airbyte's messages; --catalog and --state are then of Airbyte's forms.",
		set:   func(l *line, v string) { l.airbyte = isOn(v) }},

	{names: "config", argument: "FILE", files: true, shown: "check discover read source-", taken: airbyteToo,
		about: "The config, a JSON file.",
		set:   func(l *line, v string) { l.config = []string{v} }},
	{names: "catalog", argument: "FILE", files: true, shown: "read source-", taken: airbyteToo,
		about: "A configured catalog of Airbyte's form.",
		set:   func(l *line, v string) { l.catalog = v }},
	{names: "state", argument: "FILE", files: true, shown: "read source-", taken: airbyteToo,
		about: "The last states of an earlier run, to go on from there.",
		set:   func(l *line, v string) { l.state = v }},
	{names: "debug", shown: "check discover read source-", taken: airbyteToo,
		about: "Show every request.",
		set:   func(l *line, v string) { l.debug = isOn(v) }},

	{names: "version", shown: "sync source-", taken: singerToo + " " + airbyteToo,
		about: "Print the version.",
		set:   func(l *line, v string) { l.version = isOn(v) }},
	{names: "help h", shown: "sync demo verify completion check discover read spec source-", taken: "version",
		about: "Print this.",
		set:   func(l *line, v string) { l.help = isOn(v) }},
}

// isOn reads the value of a switch.
func isOn(value string) bool { return value != "false" }

// other is a value that was given to an option which needs none, or "".
func other(value string) string {
	if value == "true" || value == "false" {
		return ""
	}
	return value
}

// testOf is how much of a sync --test asks for.
func testOf(value string) string {
	switch value {
	case "true", "":
		return "all"
	case "false":
		return ""
	}
	return value
}

// optionsOf are the options of a command: those that its help shows, or with all
// every one that it takes.
func optionsOf(command string, all bool) (list []option) {
	for _, o := range options {
		if isOneOf(o.shown, command) || all && isOneOf(o.taken, command) {
			list = append(list, o)
		}
	}
	return list
}

// isOneOf reports whether name is one of list, which is joined by blanks.
func isOneOf(list, name string) bool { return slices.Contains(strings.Fields(list), name) }

// long and short are the names of o, without dashes; short is "" where there is none.
func (o option) long() string { return strings.Fields(o.names)[0] }

func (o option) short() string {
	for _, name := range strings.Fields(o.names)[1:] {
		return name
	}
	return ""
}

// mayStandAlone reports whether o is a switch, or its value may be left out.
func (o option) mayStandAlone() bool { return o.argument == "" || o.argument[0] == '[' }
