package cli

import (
	"context"
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"tap-reprise/internal/program"
	"tap-reprise/tap/airbyte"
	"tap-reprise/tap/singer"
)

// parsers parse what follows the first word of a command line.
var parsers = map[string]func(a connected, word string, args []string) program.Command{
	"demo": parseDemo, "verify": parseVerify, "version": parseSinger,
	"spec": parseAirbyte, "check": parseAirbyte, "discover": parseAirbyte, "read": parseAirbyte,
	"completion": parseCompletion, "help": parseHelp,
}

// parse chooses the command that the arguments ask for. Wrong arguments make a
// command that fails.
func parse(a connected) program.Command {
	if len(a.Args) > 0 {
		if parser := parsers[a.Args[0]]; parser != nil {
			return parser(a, a.Args[0], a.Args[1:])
		}
	}
	if a.isSource() {
		return parseAirbyte(a, airbytes, a.Args)
	}
	return parseSinger(a, sync, a.Args)
}

// strict reads the options of a command that knows them all. A misuse that is not
// nil is to be run instead.
func (a connected) strict(word string, args []string, l *line) (*program.Stderr, program.Command) {
	stderr := a.NewStderr()
	flags, err := l.read(word, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		l.help = true
	case err != nil:
		return stderr, a.misuse(stderr, word, misread(err, flags))
	case flags.NArg() > 0:
		return stderr, a.misuse(stderr, word, superfluous(flags.Arg(0), flags))
	}
	return stderr, nil
}

// parseSinger parses the Singer command line, which demo and version take, too.
func parseSinger(a connected, word string, args []string) program.Command {
	l := &line{}
	stderr, wrong := a.strict(word, args, l)
	form := l.aboutForm
	if form == "" {
		form = l.format
	}
	switch {
	case wrong != nil:
		return wrong
	case !slices.Contains([]string{"", "text", "json", "markdown"}, form):
		return a.misuse(stderr, word, errors.New("--format is json, markdown or text"))
	case !slices.Contains([]string{"", "all", "schema"}, l.test):
		return a.misuse(stderr, word, errors.New("--test is all or schema"))
	}
	command := singer.New(a.App, a.connector, stderr, singer.Options{Config: l.config, Catalog: l.catalog, State: l.state,
		Discover: l.discover, Demo: word == "demo", Test: l.test})
	switch {
	case l.help:
		return &printed{command, a.App, always(a.helpText(word))}
	case l.version || word == "version":
		return &printed{command, a.App, always(a.VersionLine())}
	case l.about:
		return &printed{command, a.App, func() ([]byte, error) { return a.AboutText(form, capabilities) }}
	case len(a.Args) == 0 && program.IsTerminal(a.Out):
		a.Out = a.Err
		return &printed{command, a.App, always(a.helpText(word))}
	}
	return command
}

// capabilities are the words of Meltano's hub for what a tap can do.
var capabilities = []string{"about", "catalog", "discover", "state", "structured-logging", "test"}

// parseDemo parses `demo`: the Singer command line on the built-in account, or
// with --airbyte the other one.
func parseDemo(a connected, word string, args []string) program.Command {
	l := &line{}
	if _, err := l.read(word, args); a.isSource() || slices.Contains(args, "--airbyte") || err == nil && l.airbyte {
		return parseAirbyte(a, word, args)
	}
	return parseSinger(a, word, args)
}

// parseAirbyte parses what follows the word of a command of Airbyte's; airbytes
// stands for one that is not known.
func parseAirbyte(a connected, word string, args []string) program.Command {
	l := &line{}
	l.readAny(args)
	o := airbyte.Options{Verb: word, Catalog: l.catalog, State: l.state, Debug: l.debug, Ignored: l.ignored}
	if word == airbytes {
		o.Verb = ""
	}
	if len(l.config) > 0 {
		o.Config = l.config[0]
	}
	command := airbyte.New(a.App, a.connector, o)
	switch {
	case l.help:
		return &printed{command, a.App, always(a.helpText(word))}
	case l.version:
		return &printed{command, a.App, always(a.VersionLine())}
	}
	return command
}

// parseHelp parses `help` and `help COMMAND`.
func parseHelp(a connected, word string, args []string) program.Command {
	stderr, asked := a.NewStderr(), sync
	if len(args) > 0 && args[0] != "" && !strings.HasPrefix(args[0], "-") {
		asked = args[0]
	}
	if c, _ := commandOf(asked); len(args) > 1 || !c.isWord() && len(args) > 0 && asked == args[0] {
		return a.misuse(stderr, sync, errors.New("help knows the commands that help lists, one at a time"))
	}
	return &printed{quiet{stderr}, a.App, always(a.helpText(asked))}
}

// A misuse is a command line that cannot be understood.
type misuse struct {
	*program.Stderr
	app   connected
	word  string
	cause error
}

func (a connected) misuse(stderr *program.Stderr, word string, cause error) program.Command {
	return &misuse{stderr, a, word, cause}
}

// Run shows how the command is used, and fails.
func (m *misuse) Run(context.Context) error {
	_, _ = io.WriteString(m.app.Err, m.app.usage(m.word))
	return &program.Error{Code: program.ExitConfig, Err: m.cause, Hint: "see " + strings.TrimSpace(m.app.Name+" "+spelled(m.word)) + " --help"}
}

// A printed command prints a text instead of doing what another would. It fails
// as that does.
type printed struct {
	program.Command
	app  program.App
	text func() ([]byte, error)
}

// Run prints the text.
func (p *printed) Run(context.Context) error {
	text, err := p.text()
	if err != nil {
		return err
	}
	return p.app.Print(text)
}

// always is a text that is known already.
func always(s string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(s), nil } }

// A quiet command does nothing.
type quiet struct{ *program.Stderr }

// Run does nothing.
func (quiet) Run(context.Context) error { return nil }
