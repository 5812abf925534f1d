package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tap-reprise/internal/program"
)

// shells write what a shell needs to complete the words and options of a.
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

// bashCompletion is a script for `source` or bash's folder of completions.
func bashCompletion(a connected) string {
	var values, choices, known strings.Builder
	for _, c := range commands {
		if c.name == airbytes {
			continue
		}
		if c.name != sync {
			fmt.Fprintf(&known, "%s|", c.name)
		}
		var all []string
		for _, o := range optionsOf(c.name, false) {
			all = append(all, o.flags()...)
			var befores []string
			for _, flag := range o.flags() {
				befores = append(befores, fmt.Sprintf("%q", c.name+" "+flag))
			}
			before := strings.Join(befores, "|")
			switch {
			case o.files:
				fmt.Fprintf(&values, "\t%s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", before)
			case !o.mayStandAlone() || o.values != nil:
				fmt.Fprintf(&values, "\t%s) choices=%q ;;\n", before, strings.Join(o.values, " "))
			}
		}
		fmt.Fprintf(&choices, "\t\"%s 1\") choices=%q ;;\n", c.name, strings.Join(append(c.followers(), all...), " "))
		fmt.Fprintf(&choices, "\t\"%s \"*) choices=%q ;;\n", c.name, strings.Join(all, " "))
	}
	return fmt.Sprintf(`# Completion of %[1]s for bash: source <(%[1]s completion bash)
%[2]s() {
	local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command=sync place=$COMP_CWORD choices=""
	case "${COMP_WORDS[1]}" in
	%[3]s) [ "$COMP_CWORD" -gt 1 ] && command="${COMP_WORDS[1]}" place=$((COMP_CWORD-1)) ;;
	esac
	if [ "$word" = "=" ]; then
		word=""
	elif [ "$before" = "=" ]; then
		before="${COMP_WORDS[COMP_CWORD-2]}"
	fi
	case "$command $before" in
%[4]s	esac
	[ -n "$choices" ] || case "$command $place" in
%[5]s	esac
	COMPREPLY=($(compgen -W "$choices" -- "$word"))
}
complete -F %[2]s %[1]s
`, a.Name, function(a.Name), strings.TrimSuffix(known.String(), "|"), &values, &choices)
}

// zshCompletion is a script for `source`, or for a folder of $fpath as _NAME.
func zshCompletion(a connected) string {
	quote := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`)
	var list, cases strings.Builder
	for _, c := range commands {
		if c.name == airbytes {
			continue
		}
		if c.name != sync {
			fmt.Fprintf(&list, "\t\t'%s:%s'\n", c.name, strings.ReplaceAll(c.about, ":", `\:`))
		}
		fmt.Fprintf(&cases, "\t%s) _arguments", c.name)
		for _, o := range optionsOf(c.name, false) {
			flags := "--" + o.long()
			action := ""
			switch {
			case o.files:
				action = ":" + o.long() + ":_files"
			case o.values != nil:
				action = ":" + o.long() + ":(" + strings.Join(o.values, " ") + ")"
			}
			if o.argument != "" && o.mayStandAlone() {
				flags += "=-"
			}
			fmt.Fprintf(&cases, " \\\n\t\t'%s[%s]%s'", flags, quote.Replace(a.fill(o.about)), action)
			if short := o.short(); short != "" {
				fmt.Fprintf(&cases, " \\\n\t\t'-%s[%s]%s'", short, quote.Replace(a.fill(o.about)), action)
			}
		}
		if followers := c.followers(); followers != nil {
			fmt.Fprintf(&cases, " \\\n\t\t'1:word:(%s)'", strings.Join(followers, " "))
		}
		cases.WriteString(" ;;\n")
	}
	return fmt.Sprintf(`#compdef %[1]s
# Completion of %[1]s for zsh: source <(%[1]s completion zsh)
%[2]s() {
	local command=sync
	local -a commands=(
%[3]s	)
	if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
		_describe command commands
		return
	fi
	if [[ -n ${commands[(r)$words[2]:*]} ]]; then
		command=$words[2]
		shift words
		(( CURRENT-- ))
	fi
	case $command in
%[4]s	esac
}
compdef %[2]s %[1]s
`, a.Name, function(a.Name), &list, &cases)
}

// fishCompletion is a script for `source`, or fish's folder of completions.
func fishCompletion(a connected) string {
	quote := strings.NewReplacer(`\`, `\\`, "'", `\'`)
	var b strings.Builder
	var known []string
	for _, c := range words() {
		known = append(known, c.name)
	}
	first := "not __fish_seen_subcommand_from " + strings.Join(known, " ")
	fmt.Fprintf(&b, "# Completion of %[1]s for fish: %[1]s completion fish | source\ncomplete -c %[1]s -f\n", a.Name)
	for _, c := range commands {
		if c.name == airbytes {
			continue
		}
		when := first
		if c.name != sync {
			fmt.Fprintf(&b, "complete -c %s -n '%s' -a %s -d '%s'\n", a.Name, first, c.name, quote.Replace(c.about))
			when = "__fish_seen_subcommand_from " + c.name
		}
		if c.name != sync && c.followers() != nil {
			fmt.Fprintf(&b, "complete -c %s -n '%s' -a '%s'\n", a.Name, when, strings.Join(c.followers(), " "))
		}
		for _, o := range optionsOf(c.name, false) {
			fmt.Fprintf(&b, "complete -c %s -n '%s' -l %s", a.Name, when, o.long())
			if short := o.short(); short != "" {
				fmt.Fprintf(&b, " -s %s", short)
			}
			switch {
			case o.files:
				b.WriteString(" -r -F")
			case o.values != nil:
				fmt.Fprintf(&b, " -x -a '%s'", strings.Join(o.values, " "))
			}
			fmt.Fprintf(&b, " -d '%s'\n", quote.Replace(a.fill(o.about)))
		}
	}
	return b.String()
}
