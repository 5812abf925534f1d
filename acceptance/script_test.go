package acceptance

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
)

func TestMain(m *testing.M) {
	subject.Main(m, map[string]func(){"target-postgres": targetMain, "crash": crash})
}

var update = flag.Bool("update", false, "rewrite catalog.json and the golden files")

// TestScripts runs testdata/*.txtar: one script for each promise of README.md
// and each kind of bad input. The program is a process of its own. Beside the
// commands of testscript there are
//
//	emulator [flags]            starts an account on a loopback port, sets $TOKEN_URL
//	clock DURATION              moves that account's clock
//	requests PIPE NAME=VALUE    a request for more than one row had that parameter;
//	                            without =VALUE, any request, with any value
//	config FILE [KEY=VALUE]...  writes a config for that account
//	exits CODE PROGRAM ARG...   runs it and compares its exit code
//	interrupt SIGNAL            signals the background program once -hold holds it
//	interruptinit SIGNAL        the same for the init of its PID namespace
//	died SIGNAL                 by which signal it ended, once waited for
//	messages FILE [STREAM]...   every line is a message, SCHEMA first, STATE last,
//	                            and there are records of these streams
//	state FILE                  saves the last STATE on stdout
//	covered FILE FILE...        every row of the first is in one of the others
//	disjoint FILE FILE          no row is in both
//	json FILE PATH [VALUE]      compares a value of the last document in FILE
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "acceptance/testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Values["world"] = &world{}
			root, err := os.Getwd()
			env.Setenv("ROOT", root)
			env.Setenv("GOGC", os.Getenv("GOGC"))
			return err
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root": // reads every file, whatever its mode
				return os.Geteuid() == 0, nil
			case "full": // a disk without space is at hand
				_, err := os.Stat("/dev/full")
				return err == nil, nil
			case "thorough": // with -tags full
				return thorough, nil
			case "init": // a process can be made the init of a PID namespace
				return canBeInit(), nil
			}
			return false, fmt.Errorf("condition %q is not known", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"emulator": cmdEmulator, "clock": cmdClock, "requests": cmdRequests, "config": cmdConfig,
			"exits": cmdExits, "interrupt": cmdInterrupt, "interruptinit": cmdInterruptInit, "died": cmdDied,
			"messages": cmdMessages, "state": cmdState, "covered": cmdCovered, "disjoint": cmdDisjoint, "json": cmdJSON,
		},
	})
}

// A world is what one script has started.
type world struct {
	server *emulator.Server
	held   chan struct{} // closed when a request is held
	signal *exec.Cmd     // what was interrupted
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

// cmdEmulator serves a small account, or with -demo the built-in one, until the
// script ends. Faults hit every request for their pipe.
func cmdEmulator(ts *testscript.TestScript, neg bool, args []string) {
	f := flag.NewFlagSet("emulator", flag.ContinueOnError)
	demo := f.Bool("demo", false, "the account of `tap-reprise demo`")
	plain := f.Bool("plain", false, "no row is late and nothing changes")
	now := f.String("now", "2026-07-06T12:00:00Z", "server clock")
	forbid := f.String("forbid", "", "pipe without access")
	hold := f.String("hold", "", "pipe whose answers never come")
	fail := f.String("fail", "", "pipe=status")
	down := f.Bool("down", false, "-fail also hits discovery")
	after := f.String("retry-after", "", "header of failures")
	seconds := f.Bool("seconds", false, "clocks of whole seconds, inclusive ends")
	extra := f.String("extra", "", "name:type:json of one more column")
	seed := f.Int64("seed", 7, "of the account; another seed is another account")
	event := f.String("event", "", "type of one more event")
	if err := f.Parse(args); neg || err != nil || f.NArg() > 0 {
		ts.Fatalf("usage: emulator [flags]: %v", err)
	}
	s := emulator.Demo(false)
	if !*demo {
		changes := 3
		if *plain {
			changes = -1
		}
		account := emulator.NewAccount(emulator.Options{Seed: *seed, Days: 5, SessionsPerDay: 5, EventsPerSession: 6, Changes: changes, Plain: *plain})
		clock, err := time.Parse(time.RFC3339, *now)
		ts.Check(err)
		if *event != "" {
			session, err := account.AddSession(emulator.Session{Created: clock.Add(-time.Hour)})
			ts.Check(err)
			_, err = account.AddEvent(emulator.Event{Session: session, Type: *event, Created: clock.Add(-time.Hour)})
			ts.Check(err)
		}
		s = emulator.New(account, clock)
	}
	s.Dialect.SecondClock, s.Dialect.EndInclusive = *seconds, *seconds
	if name, rest, ok := strings.Cut(*extra, ":"); ok {
		kind, value, _ := strings.Cut(rest, ":")
		s.Dialect.Extra = []emulator.Column{{Name: name, Type: kind, JSON: value}}
	}
	if *forbid != "" {
		s.Forbidden = []string{*forbid}
	}
	w := worldOf(ts)
	w.server, w.held = s, make(chan struct{})
	s.Fault = w.faults(*hold, *fail, *after, *down)
	url, stop, err := s.Listen()
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv("TOKEN_URL", url+emulator.TokenPath)
}

// faults makes requests for one pipe wait for ever and those for another fail.
func (w *world) faults(hold, fail, after string, down bool) func(*http.Request) *emulator.Fault {
	held, once := w.held, new(sync.Once)
	pipe, code, _ := strings.Cut(fail, "=")
	status := 0
	_, _ = fmt.Sscan(code, &status)
	asks := func(r *http.Request, name string) bool {
		// Discovery asks for one row, and whose they are for 25: both are let
		// through, unless down.
		limit := r.URL.Query().Get("limit")
		return name != "" && strings.Contains(r.URL.Path, "/"+name+".") && (down || limit != "1" && limit != "25")
	}
	return func(r *http.Request) *emulator.Fault {
		switch {
		case asks(r, hold):
			once.Do(func() { close(held) })
			<-r.Context().Done()
		case asks(r, pipe):
			f := &emulator.Fault{Status: status, Header: http.Header{}}
			if after != "" {
				f.Header.Set("Retry-After", after)
			}
			return f
		}
		return nil
	}
}

func cmdClock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: clock DURATION")
	}
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	worldOf(ts).server.Advance(by)
}

// cmdConfig writes the sample, pointed at the emulator, with some keys changed.
// Whatever a script gets wrong, no request leaves this machine.
// Values are JSON, or text.
func cmdConfig(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: config FILE [KEY=VALUE]...")
	}
	sample, err := os.ReadFile("config.sample.json")
	ts.Check(err)
	var config map[string]any
	ts.Check(json.Unmarshal(sample, &config))
	config["api_key"], config["start_date"] = emulator.DemoKey, "2026-07-01"
	config["token_url"] = "http://127.0.0.1:1/" // nobody listens
	if url := ts.Getenv("TOKEN_URL"); url != "" {
		config["token_url"] = url
	}
	for _, pair := range args[1:] {
		key, text, _ := strings.Cut(pair, "=")
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			value = text
		}
		config[key] = value
	}
	text, err := json.MarshalIndent(config, "", "  ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	var want int
	if len(args) < 2 || neg {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG]...")
	}
	_, err := fmt.Sscan(args[0], &want)
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// signals by the names that scripts use.
var signals = map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT}

func cmdInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || len(ts.BackgroundCmds()) != 1 {
		ts.Fatalf("usage: interrupt SIGNAL, with one program in the background")
	}
	w := worldOf(ts)
	select {
	case <-w.held:
	case <-time.After(time.Minute):
		ts.Fatalf("no request was held")
	}
	w.signal = ts.BackgroundCmds()[0]
	ts.Check(w.signal.Process.Signal(signals[args[0]]))
}

func cmdDied(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) != 1 || w.signal == nil || w.signal.ProcessState == nil {
		ts.Fatalf("usage: died SIGNAL, after interrupt and wait")
	}
	if got, want := w.signal.ProcessState.String(), "signal: "+signals[args[0]].String(); got != want {
		ts.Fatalf("ended with %q, want %q", got, want)
	}
}

// cmdRequests looks for a request in the emulator's log. With a value, one for a
// single row does not count: discovery asks so.
func cmdRequests(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] requests PIPE NAME=VALUE")
	}
	name, value, _ := strings.Cut(args[1], "=")
	found := false
	for _, r := range worldOf(ts).server.Requests() {
		given := r.Query.Get(name) == value && r.Query.Get("limit") != "1"
		if value == "" {
			given = r.Query.Has(name)
		}
		found = found || r.Pipe == args[0] && given
	}
	if found == neg {
		ts.Fatalf("request %s: found %t", strings.Join(args, " "), found)
	}
}

// lines yields the lines of a script's file, or of stdout or stderr.
func lines(ts *testscript.TestScript, file string) []string {
	var out []string
	scanner := bufio.NewScanner(strings.NewReader(ts.ReadFile(file)))
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		out = append(out, scanner.Text())
	}
	return out
}
