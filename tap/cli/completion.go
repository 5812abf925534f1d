package cli

import (
	"errors"
	"slices"
	"strings"

	"tap-reprise/internal/program"
)

// shells write what each shell needs to complete the words and options of a program.
var shells = map[string]func(a connected) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}

// parseCompletion parses `completion SHELL`.
func parseCompletion(a connected, word string, args []string) program.Command {
	l := &line{}
	stderr := a.NewStderr()
	if len(args) > 0 && shells[args[0]] != nil {
		if _, wrong := a.strict(word, args[1:], l); wrong != nil {
			return wrong
		}
		if !l.help {
			return &printed{quiet{stderr}, a.App, text(shells[args[0]](a))}
		}
	}
	if l.help || len(args) == 1 && slices.Contains([]string{"-h", "-help", "--help"}, args[0]) {
		return &printed{quiet{stderr}, a.App, text(a.helpText(word))}
	}
	return a.misuse(stderr, word, errors.New("completion wants the name of a shell: bash, zsh or fish"))
}

// flags are the names of o as they stand on a command line, long ones first.
func (o option) flags() []string {
	list := []string{"--" + o.long()}
	if short := o.short(); short != "" {
		list = append(list, "-"+short)
	}
	return list
}

// function is a name for a shell's function.
func function(name string) string { return "_" + strings.ReplaceAll(name, "-", "_") }
