package cli

import (
	"flag"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A line is what the options of a command line say.
type line struct {
	config         []string
	catalog, state string

	help, version, discover, demo, airbyte bool

	test      string // "": none asked for
	about     bool
	aboutForm string // of --about=FORM
	format    string

	deep, all, debug bool

	ignored int // arguments that are not known
}

// read reads the options of a command into l. flags are those that it knows; an
// error is one of package flag.
func (l *line) read(command string, args []string) (*flag.FlagSet, error) {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	values := map[string][]string{}
	for _, o := range optionsOf(command, true) {
		set := func(v string) error { o.set(l, v); return nil }
		for name := range strings.FieldsSeq(o.names) {
			switch {
			case o.long() == "help": // package flag knows it itself: it wins over what is wrong
			case flags.Lookup(name) != nil: // the same option of the other protocol
			case o.argument == "":
				flags.BoolFunc(name, "", func(v string) error {
					on, err := strconv.ParseBool(v)
					o.set(l, strconv.FormatBool(on))
					return err
				})
			case o.mayStandAlone():
				flags.BoolFunc(name, "", set)
				values[name] = o.values
			default:
				flags.Func(name, "", set)
			}
		}
	}
	return flags, flags.Parse(joinValues(args, values))
}

// joinValues writes "--test schema" as "--test=schema": package flag ends at
// the first argument that is none. values are those of each option that may stand
// alone.
func joinValues(args []string, values map[string][]string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		known := values[strings.TrimLeft(args[i], "-")]
		if strings.HasPrefix(args[i], "-") && i+1 < len(args) && slices.Contains(known, args[i+1]) {
			out = append(out, args[i]+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}

// readAny reads the options of Airbyte's commands. Arguments that are not known do
// not matter: platforms pass some that only their own sources read.
func (l *line) readAny(args []string) {
	known := map[string]option{}
	for _, o := range options {
		if isOneOf(o.taken, "source-") || isOneOf(o.shown, "source-") {
			for name := range strings.FieldsSeq(o.names) {
				known[name] = o
			}
		}
	}
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		o, ok := known[name]
		switch {
		case !strings.HasPrefix(args[i], "-") || !ok:
			l.ignored++
		case o.argument == "":
			o.set(l, "true")
		case !joined && i+1 < len(args):
			i++
			o.set(l, args[i])
		default:
			o.set(l, value)
		}
	}
}
