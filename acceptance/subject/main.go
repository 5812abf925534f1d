package subject

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-reprise/release/programs"
)

// Main is what a TestMain does: it builds the programs, puts each on PATH under
// both of its names, goes to the root of the module and runs the tests there.
// The commands are further programs on PATH, by name, that the test binary
// stands in for. Main does not return.
func Main(m *testing.M, commands map[string]func()) {
	name := filepath.Base(os.Args[0])
	if slices.Contains(slices.Collect(maps.Keys(commands)), name) {
		testscript.Main(m, commands) // runs that command, then ends
	}
	testscript.Main(&built{tests: m}, commands)
}

// built are tests that need the programs on PATH.
type built struct{ tests *testing.M }

// seldom is how often garbage is collected, here and in the programs: it costs a
// third of such short runs, whose memory no test here looks at.
const seldom = 400

// Run implements testscript.TestingM.
func (b *built) Run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(seldom)
		os.Setenv("GOGC", strconv.Itoa(seldom))
	}
	if err := forget(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "tap-reprise-built")
	if err == nil {
		defer os.RemoveAll(dir)
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return b.tests.Run()
}

// forget keeps go test from remembering the result. It would show it again until
// one of the files changes that the tests have read. But they are about programs
// that were built from all of the source.
func forget() error {
	flag.Parse()
	return flag.Set("test.testlogfile", "")
}

// build leaves the programs in dir, which it puts on PATH, and goes to the root.
func build(dir string) error {
	if err := os.Chdir(".."); err != nil {
		return err
	}
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("the tests of a folder at the root only can have this Main: %w", err)
	}
	for _, p := range programs.All() {
		if err := link(p, dir); err != nil {
			return err
		}
	}
	return os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// link leaves p in dir under both of its names.
func link(p programs.Program, dir string) error {
	// go run keeps what it links in its cache, so that the packages that need
	// a program link it once; -exec hands it to cp.
	args := []string{"run", "-buildvcs=false", "-pgo=default.pgo", "-exec", "cp", p.Package(), filepath.Join(dir, p.Name)}
	environ := append(os.Environ(), "CGO_ENABLED=0") // static, as it is released
	if race {
		args, environ = slices.Insert(args, 1, "-race"), os.Environ()
	}
	run := exec.Command("go", args...)
	run.Env = environ
	out, err := run.CombinedOutput()
	if err != nil {
		return fmt.Errorf("build %s: %w\n%s", p.Name, err, out)
	}
	return os.Symlink(p.Name, filepath.Join(dir, p.Connector()))
}
