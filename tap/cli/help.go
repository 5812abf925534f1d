package cli

import (
	"fmt"
	"strings"

	"tap-reprise/internal/program"
)

// helpIndent is where texts beside options begin.
const helpIndent = 26

// usage is the line above an error about the arguments of a command, and the
// first of its help.
func (a connected) usage(name string) string {
	c, _ := commandOf(name)
	called := a.Name
	if name == airbytes {
		called = airbytes + strings.TrimPrefix(a.Name, "tap-")
	}
	return fmt.Sprintf("Usage: %s %s\n", called, c.usage)
}

// fill puts what is the program's own into a text of the tables.
func (a connected) fill(text string) string {
	return strings.NewReplacer("PREFIX", a.EnvPrefix(), "ABOUT", a.About).Replace(text)
}

// helpText is what --help prints of a command. Each has its own options.
func (a connected) helpText(name string) string {
	c, _ := commandOf(name)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", a.usage(name), a.fill(c.about))
	if name == sync {
		b.WriteString("\nCommands:\n")
		for _, c := range words() {
			program.Beside(&b, 13, c.name, c.about)
		}
		fmt.Fprintf(&b, "%s help COMMAND shows the options of each.\n", a.Name)
	}
	for i, o := range optionsOf(name, false) {
		if i == 0 {
			b.WriteString("\nOptions:\n")
		}
		program.Beside(&b, helpIndent, o.spelled(), a.fill(o.about))
	}
	if name != sync {
		return b.String()
	}
	b.WriteString("\nMessages go to stdout, everything else to stderr. Exit codes:\n")
	for _, c := range program.ExitCodes {
		program.Beside(&b, 5, fmt.Sprint(c.Code), strings.ReplaceAll(c.Means, "`", ""))
	}
	sample := strings.ReplaceAll(strings.TrimSpace(string(a.Sample)), "\n", "\n  ")
	fmt.Fprintf(&b, "\nA config to start from:\n  %s\n", sample)
	return b.String()
}

// spelled is an option as help shows it: "-c, --config FILE".
func (o option) spelled() string {
	text := "    --" + o.long()
	if short := o.short(); short != "" {
		text = "-" + short + ", --" + o.long()
	}
	if o.argument != "" && !o.mayStandAlone() {
		text += " "
	}
	return text + o.argument
}
