package cli

import (
	"fmt"
	"strings"
)

// zshCompletion is a script for `source`, behind compinit.
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
	return fmt.Sprintf(`# Completion of %[1]s for zsh: source <(%[1]s completion zsh)
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
