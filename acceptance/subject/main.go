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
)

// The names under which the program is on PATH: Singer's and Airbyte's.
const (
	singerName  = "tap-reprise"
	airbyteName = "source-reprise"
)

// Main is what a TestMain does: it builds the program, puts it on PATH under
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

// built are tests that need the program on PATH.
type built struct{ tests *testing.M }

// seldom is how often garbage is collected, here and in the program: it costs a
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
// one of the files changes that the tests have read. But they are about a program
// that was built from all of the source.
func forget() error {
	flag.Parse()
	return flag.Set("test.testlogfile", "")
}

// build leaves the program in dir, which it puts on PATH, and goes to the root.
func build(dir string) error {
	if err := os.Chdir(".."); err != nil {
		return err
	}
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("the tests of a folder at the root only can have this Main: %w", err)
	}
	program := filepath.Join(dir, singerName)
	// go run keeps what it links in its cache, so that the packages that need
	// the program link it once; -exec hands it to cp.
	link := exec.Command("go", "run", "-buildvcs=false", "-exec", "cp", ".", program)
	link.Env = append(os.Environ(), "CGO_ENABLED=0") // static, as it is released
	if race {
		link = exec.Command("go", "run", "-buildvcs=false", "-race", "-exec", "cp", ".", program)
	}
	out, err := link.CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	if err := os.Symlink(singerName, filepath.Join(dir, airbyteName)); err != nil {
		return err
	}
	return os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}
