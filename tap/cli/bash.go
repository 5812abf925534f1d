package cli

import (
	"fmt"
	"strings"
)

// bashCompletion is a script for `source`, or for bash's folder of completions.
func bashCompletion(a connected) string {
	var known, values, choices strings.Builder
	for _, c := range commands {
		if c.name == airbytes {
			continue
		}
		if c.isWord() {
			known.WriteString("|" + c.name)
		}
		list := optionsOf(c.name, false)
		var all []string
		for _, o := range list {
			all = append(all, o.flags()...)
		}
		for _, o := range list {
			var before []string
			for _, flag := range o.flags() {
				before = append(before, fmt.Sprintf("%q", c.name+" "+flag))
			}
			switch {
			case o.files:
				fmt.Fprintf(&values, "\t%s) kind=-f ;;\n", strings.Join(before, "|"))
			case o.values != nil && o.mayStandAlone():
				fmt.Fprintf(&values, "\t%s) choices=%q; [ -n \"$given\" ] || choices+=%q ;;\n",
					strings.Join(before, "|"), strings.Join(o.values, " "), " "+strings.Join(all, " "))
			case o.values != nil:
				fmt.Fprintf(&values, "\t%s) choices=%q ;;\n", strings.Join(before, "|"), strings.Join(o.values, " "))
			}
		}
		if followers := c.followers(); followers != nil {
			fmt.Fprintf(&choices, "\t\"%s 1\") choices=%q ;;\n", c.name, strings.Join(append(followers, all...), " "))
		}
		fmt.Fprintf(&choices, "\t\"%s \"*) choices=%q ;;\n", c.name, strings.Join(all, " "))
	}
	return fmt.Sprintf(`# Completion of %[1]s for bash: source <(%[1]s completion bash)
%[2]s() {
	local IFS=$' \t\n' word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command=sync place=$COMP_CWORD given="" kind="" choices=""
	case "${COMP_WORDS[1]}" in
	%[3]s) if [ "$COMP_CWORD" -gt 1 ]; then command="${COMP_WORDS[1]}"; place=$((COMP_CWORD - 1)); fi ;;
	esac
	if [ "$word" = "=" ]; then
		word="" given=yes
	elif [ "$before" = "=" ]; then
		before="${COMP_WORDS[COMP_CWORD-2]}" given=yes
	fi
	case "$command $before" in
%[4]s	esac
	if [ -n "$kind" ]; then
		IFS=$'\n'
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen "$kind" -- "$word"))
		return
	fi
	[ -n "$choices" ] || case "$command $place" in
%[5]s	esac
	COMPREPLY=($(compgen -W "$choices" -- "$word"))
}
complete -F %[2]s %[1]s
`, a.Name, function(a.Name), strings.TrimPrefix(known.String(), "|"), &values, &choices)
}
