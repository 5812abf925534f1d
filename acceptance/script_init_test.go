package acceptance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
)

// crash is the program with a source that breaks down as CRASH says.
func crash() {
	fail := map[string]func(){
		"panic": func() { panic("the source is broken") },
		"nil":   func() { var none *int; *none = 1 },
		"map":   writeTogether,
		"stack": func() { debug.SetMaxStack(1 << 20); fmt.Println(deeper(0)) },
		"fault": func() { _ = syscall.Kill(os.Getpid(), syscall.SIGSEGV) },
	}[os.Getenv("CRASH")]
	file := func(name string) []byte { // of the program, which lies at $ROOT
		text, err := os.ReadFile(filepath.Join(os.Getenv("ROOT"), name))
		if err != nil {
			panic(err)
		}
		return text
	}
	os.Exit(cli.Main(context.Background(), program.App{
		Name: "crash", Version: "0", Spec: file("spec.json"), Catalog: file("catalog.json"), Sample: file("config.sample.json"),
		Command: os.Args[0], Args: os.Args[1:], Environ: os.Environ(), Out: os.Stdout, Err: os.Stderr,
	}, tap.Connector{
		Demo: func(bool) tap.Demo {
			go fail() // not in the goroutine that Main waits for
			select {}
		},
	}))
}

// writeTogether is what Go's runtime ends a process for.
func writeTogether() {
	shared := map[int]int{}
	for range 4 {
		go func() {
			for {
				shared[1]++
			}
		}()
	}
}

// deeper goes on until there is no stack left.
func deeper(n int) int {
	if n < 0 {
		return 0
	}
	return deeper(n+1) + 1
}

// canBeInit reports whether a test may start a process as the init of a PID
// namespace of its own, as a container does.
func canBeInit() bool {
	return exec.Command("unshare", "--pid", "--fork", "true").Run() == nil
}

// cmdInterruptInit signals the init of a PID namespace that the background program
// has made, once -hold holds it.
func cmdInterruptInit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || len(ts.BackgroundCmds()) != 1 {
		ts.Fatalf("usage: interruptinit SIGNAL, with one program in the background")
	}
	<-worldOf(ts).held
	pid, err := initBelow(ts.BackgroundCmds()[0].Process.Pid)
	ts.Check(err)
	ts.Check(syscall.Kill(pid, signals[args[0]]))
}

// initBelow finds the init among the descendants of a process.
func initBelow(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "NSpid:" && len(fields) > 2 && fields[len(fields)-1] == "1" {
			return pid, nil
		}
	}
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0, err
	}
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for _, child := range strings.Fields(string(children)) {
			var n int
			if _, err := fmt.Sscan(child, &n); err != nil {
				return 0, err
			}
			if found, err := initBelow(n); err == nil {
				return found, nil
			}
		}
	}
	return 0, fmt.Errorf("no init below process %d", pid)
}
