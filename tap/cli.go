package tap

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"tap-reprise/internal/program"
)

// verbs are the first words that are no Singer flags, and who parses what
// follows them.
var verbs = map[string]func(a App, args []string) program.Command{
	"help":     parseHelp,
	"version":  parseVersion,
	"verify":   parseVerify,
	"demo":     parseDemo,
	"spec":     parseAirbyte,
	"check":    parseAirbyte,
	"discover": parseAirbyte,
	"read":     parseAirbyte,
}

// parse chooses the command that the arguments ask for. Wrong arguments make a
// command that fails.
func parse(a App) program.Command {
	if len(a.Args) > 0 {
		if verb := verbs[a.Args[0]]; verb != nil {
			return verb(a, a.Args[1:])
		}
	}
	if a.isSource() {
		return parseAirbyte(a, a.Args)
	}
	return parseSinger(a, "", a.Args)
}

// parseHelp parses `help` and `help COMMAND`.
func parseHelp(a App, args []string) program.Command {
	console := a.NewConsole()
	c := &singerCommand{app: a, options: options{help: true}, console: console, log: a.NewLog(console)}
	asked := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		asked = args[0]
	}
	if _, ok := topicOf(asked); !ok || len(args) > 1 || asked == "source-" {
		return &misuse{c, errors.New("help knows the commands that help lists, one at a time")}
	}
	c.topic = asked
	return c
}

// parseVersion parses `version`, which takes what --version does.
func parseVersion(a App, args []string) program.Command {
	return parseSinger(a, "version", args)
}

// parseDemo parses `demo`: the Singer command line on the built-in account, or
// with --airbyte the other one.
func parseDemo(a App, args []string) program.Command {
	if a.isSource() || slices.Contains(args, "--airbyte") {
		return parseAirbyte(a, args)
	}
	return parseSinger(a, "demo", args)
}

// options are the Singer command line. Any combination is accepted: Meltano
// passes a catalog and a state along with --discover.
type options struct {
	config         []string
	catalog, state string

	help, version, discover, demo bool

	about  option // with or without =json
	format string
	test   option // with or without =schema
}

// An option is a flag that may stand alone or with "=value".
type option struct {
	given bool
	value string
}

func (o *option) String() string   { return o.value }
func (o *option) IsBoolFlag() bool { return true }

// Set takes "true" for the flag alone: package flag says so.
func (o *option) Set(v string) error {
	o.given = v != "false"
	o.value = v
	if v == "true" || v == "false" {
		o.value = ""
	}
	return nil
}

// bare are the options whose value may also be the next argument, and the
// values that are taken for one.
var bare = map[string][]string{"test": {"all", "schema"}, "about": {"json", "markdown", "text"}}

// parseSinger parses the flags of the Singer command line, which are those of
// demo, too. Platforms mix them, so version takes all as well.
func parseSinger(a App, topic string, args []string) program.Command {
	console := a.NewConsole()
	c := &singerCommand{app: a, topic: topic, console: console, log: a.NewLog(console)}
	flags := c.options.flags(a.Name)
	err := flags.Parse(joinValues(args))
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help = true
	case err != nil:
		return &misuse{c, misread(err, flags)}
	case flags.NArg() > 0:
		return &misuse{c, superfluous(flags.Arg(0), flags)}
	}
	c.demo, c.version = topic == "demo", c.version || topic == "version"
	if c.about.value == "" {
		c.about.value = c.format
	}
	if !slices.Contains([]string{"", "text", "json", "markdown"}, c.about.value) {
		return &misuse{c, errors.New("--format is json, markdown or text")}
	}
	if !slices.Contains([]string{"", "all", "schema"}, c.test.value) {
		return &misuse{c, errors.New("--test is all or schema")}
	}
	return c
}

func (o *options) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	o.files(f)
	for _, name := range []string{"discover", "d"} {
		f.BoolVar(&o.discover, name, false, "")
	}
	f.BoolVar(&o.version, "version", false, "")
	f.StringVar(&o.format, "format", "", "")
	f.Var(&o.about, "about", "")
	f.Var(&o.test, "test", "")
	return f
}

// files defines the options that name what a command is given, by all their
// names. Every command has them.
func (o *options) files(f *flag.FlagSet) {
	config := func(source string) error { o.config = append(o.config, source); return nil }
	for _, name := range []string{"config", "c"} {
		f.Func(name, "", config)
	}
	for _, name := range []string{"catalog", "properties", "p"} {
		f.StringVar(&o.catalog, name, "", "")
	}
	for _, name := range []string{"state", "s"} {
		f.StringVar(&o.state, name, "", "")
	}
}

// joinValues writes "--test schema" as "--test=schema": package flag ends at
// the first argument that is none.
func joinValues(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		values := bare[strings.TrimLeft(args[i], "-")]
		if strings.HasPrefix(args[i], "-") && i+1 < len(args) && slices.Contains(values, args[i+1]) {
			out = append(out, args[i]+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}
