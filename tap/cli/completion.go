package cli

import (
	"errors"
	"strings"

	"tap-reprise/internal/program"
)

// shells write what each shell needs to complete the words and options of a program.
var shells = map[string]func(a connected) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}

// parseCompletion parses `completion SHELL`.
func parseCompletion(a connected, word string, args []string) program.Command {
	l, shell := &line{}, ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		shell, args = args[0], args[1:]
	}
	stderr, wrong := a.strict(word, args, l)
	switch {
	case wrong != nil:
		return wrong
	case l.help:
		return &printed{quiet{stderr}, a.App, always(a.helpText(word))}
	case shells[shell] == nil:
		return a.misuse(stderr, word, errors.New("completion wants the name of a shell: bash, zsh or fish"))
	}
	return &printed{quiet{stderr}, a.App, always(shells[shell](a))}
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
