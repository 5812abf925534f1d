package cli

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"tap-reprise/internal/program"
)

// misread words an error of package flag without what was given: an argument
// may be a key in the wrong place. Options are spelled as people type them.
func misread(err error, known *flag.FlagSet) error {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		var names []string
		known.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		if meant := program.Nearest(name, names); meant != "" {
			return fmt.Errorf("there is an option that is not known; is --%s meant?", meant)
		}
		return errors.New("there is an option that is not known")
	}
	if name, lacking := strings.CutPrefix(text, "flag needs an argument: -"); lacking {
		return fmt.Errorf("option --%s needs a value", name)
	}
	var wrong string
	known.VisitAll(func(f *flag.Flag) {
		if strings.Contains(text, "for flag -"+f.Name+":") || strings.Contains(text, "for -"+f.Name+":") {
			wrong = f.Name
		}
	})
	if wrong != "" {
		return fmt.Errorf("option --%s cannot have the value given", wrong)
	}
	return errors.New("there is an option that cannot be understood")
}

// superfluous says that an argument is neither a command nor the value of an
// option, and which of them was probably meant.
func superfluous(argument string, known *flag.FlagSet) error {
	names := []string{""}
	for _, c := range words() {
		names = append(names, c.name)
	}
	known.VisitAll(func(f *flag.Flag) { names = append(names, "--"+f.Name) })
	text := fmt.Sprintf("unexpected argument, a text of %d characters", len([]rune(argument)))
	if meant := program.Nearest(argument, names); meant != "" {
		text += "; is " + meant + " meant?"
	}
	return errors.New(text)
}
