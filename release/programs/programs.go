// Package programs is the table of the programs that this module releases,
// programs.txt. A further program is a line there, and its own files.
package programs

import (
	_ "embed"
	"fmt"
	"path"
	"regexp"
	"strings"
)

//go:embed programs.txt
var table string

// A Program is a line of the table.
type Program struct {
	Name    string // "tap-reprise"
	Folder  string // where its files lie, "." for the root of the module
	Website string // its vendor's
	About   string // what it brings, without a full stop
}

// All are the programs, in the order of the table. They are read anew each time,
// so that a caller may change what it gets.
func All() []Program {
	all, err := parse(table)
	if err != nil {
		panic(err) // the tests of this package read the same text
	}
	return all
}

var line = regexp.MustCompile(`^(tap-[a-z]+) +(\.|cmd/[a-z-]+) +(https://[a-z.-]+/) +([A-Z].*[^.\s])$`)

// parse reads a table. A program's folder has its name, or is the root.
func parse(text string) ([]Program, error) {
	var all []Program
	seen := map[string]bool{}
	for row := range strings.Lines(text) {
		row = strings.TrimSuffix(row, "\n")
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		found := line.FindStringSubmatch(row)
		if found == nil {
			return nil, fmt.Errorf("programs.txt: %q is not of the form: tap-SYSTEM FOLDER WEBSITE ABOUT", row)
		}
		p := Program{found[1], found[2], found[3], found[4]}
		if p.Folder != "." && p.Folder != "cmd/"+p.Name {
			return nil, fmt.Errorf("programs.txt: %s lies in %s, want cmd/%s", p.Name, p.Folder, p.Name)
		}
		if seen[p.Name] || seen[p.Folder] {
			return nil, fmt.Errorf("programs.txt: %s or its folder %s is there twice", p.Name, p.Folder)
		}
		seen[p.Name], seen[p.Folder] = true, true
		all = append(all, p)
	}
	return all, nil
}

// Package is the program's package as the go command takes it: "./cmd/tap-x".
func (p Program) Package() string {
	if p.Folder == "." {
		return "."
	}
	return "./" + p.Folder
}

// Path is a file of the program, from the root of the module.
func (p Program) Path(name string) string { return path.Join(p.Folder, name) }

// System is the folder of its streams: "reprise".
func (p Program) System() string { return strings.TrimPrefix(p.Name, "tap-") }

// Connector is the name by which the program speaks Airbyte's protocol, which is
// also that of its image: "source-reprise".
func (p Program) Connector() string { return "source-" + p.System() }

// Snake is the name as Python and SQL take it: "tap_reprise".
func (p Program) Snake() string { return strings.ReplaceAll(p.Name, "-", "_") }

// Wheel is the variable in which a Meltano project has the path or the URL of the
// program's wheel: "REPRISE_WHEEL".
func (p Program) Wheel() string { return strings.ToUpper(p.System()) + "_WHEEL" }
