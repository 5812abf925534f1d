package cli

import (
	"fmt"
	"strings"
)

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
