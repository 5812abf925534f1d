package acceptance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A wait is something that the program waits for, and what ends that at the
// latest.
type wait struct {
	what  string
	where []string // functions that wait so, as package.function
	limit string
	test  string // package.test that shows it
}

// waits are all waits of the program, whichever package they are in: those that
// stand aside in the table of TestLayers alone may wait as they like. (The
// emulator is one of them. The demo asks it, and it waits for nothing outside of
// the process.)
var waits = []wait{
	{"the connection, TLS, the proxy, redirects and headers of an answer", []string{"api.follower.RoundTrip", "api.newWatch"},
		"two minutes in all (a token: one); the dialer and the handshake 30 s each", "reprise.TestSlowAnswers"},
	{"the bytes of an answer", []string{"api.watched.Read", "api.sized.Read", "api.bounded.Read", "api.plain.Read", "api.plain.unpacked", "api.readHead", "rows.body.fill"},
		"64 KB in any two minutes of waiting, 100 MB in all", "reprise.TestSlowAnswers"},
	{"the bytes of a token's answer", []string{"api.Answer.document"}, "one minute, 1 MB", "reprise.TestSlowAnswers"},
	{"the bytes of a refusal", []string{"api.Client.refusal"}, "10 seconds of waiting, 64 KB", "reprise.TestSlowAnswers"},
	{"the pause before another attempt", []string{"api.Client.Insist"}, "retry_minutes, for a chain of ever smaller requests in all", "reprise.TestSlowStretches"},
	{"a place among the requests in flight, or the end of a pause that the API asked for", []string{"api.gate.enter"},
		"what those inside are limited by; a pause longer than retry_minutes fails, one longer than an hour is not believed", "reprise.TestPausesThatCannotBeMeant"},
	{"the moment from which the API's limits allow another request", []string{"api.pacer.wait"},
		"what those limits say of the requests before it, or the end of the run", "api.TestPaces"},
	{"the token that another request renews", []string{"reprise.tokenStore.get"}, "its retry_minutes, or the end of the run", "reprise.TestCancelWhileWaiting"},
	{"the permit to take an answer into memory", []string{"stretch.permit.wait", "reprise.connection.getWith", "rybbit.connection.ask"}, "5 seconds", "stretch.TestPermit"},
	{"nothing: a note that is left or taken if there is room", []string{"stretch.permit.grant", "stretch.permit.end"}, "at once", "stretch.TestPermit"},
	{"memory that other rows leave", []string{"rows.Blocks.take"}, "5 seconds an answer", "rows.TestNoWaitWithoutEnd"},
	{"stretches that are read side by side", []string{"stretch.Reader.Ahead", "stretch.Reader.fly", "stretch.Parallel"},
		"the limits of their requests, or the end of the run, which ends them", "reprise.TestCancelWhileWaiting"},
	{"the loader, which takes what is written", []string{"program.Outlet.write", "program.Outlet.Append", "program.Outlet.Flush", "program.Outlet.letOut", "program.Outlet.Close", "program.Outlet.unlock", "program.App.Print"},
		"none while the run goes on, and no other clock runs meanwhile; 5 seconds once it is interrupted", "cli.TestSignalWhileBlocked"},
	{"whoever reads stderr", []string{"program.Console.line"}, "none while the run goes on; 5 seconds once it is interrupted", "cli.TestSignalWhileBlocked"},
	{"the next second, to let out what was collected", []string{"program.Outlet.tick"}, "the end of the run", "singer.TestRowsLeaveWithinASecond"},
	{"the next metrics", []string{"program.Metrics.Run", "tap.Sync.Run"}, "the end of the run", "program.TestMetricLines"},
	{"the next moment to draw what goes on", []string{"tap.Progress.Run", "tap.Progress.Stop"}, "the end of the run", "tap.TestProgressMovesWithTheClock"},
	{"what runs beside a sync", []string{"singer.Command.sync", "airbyte.Command.read"}, "the end of the run", "singer.TestCancelledRun"},
	{"the end of the run, or a signal", []string{"program.supervise"}, "5 seconds after a signal", "cli.TestSignals"},
	{"the program itself as a child of the first process of a container", []string{"program.asInit"}, "its end, which a signal that is passed on brings", "acceptance.TestScripts"},
	{"the death that a signal brings", []string{"program.dieBy"}, "a tenth of a second", "cli.TestSignals"},
	{"a file that the user gives", []string{"program.ReadDocument", "program.App.NewLog"},
		"none for a pipe into which nobody writes; 5 seconds once it is interrupted", "cli.TestFileThatNeverComes"},
	{"nothing: bytes that are in memory, or in the program", []string{"schemas.Read", "streams.decodeSums"}, "at once", "reprise.TestDemoIsValid"},
}

// TestWaits: the code waits nowhere but where the table says, and each limit has
// its test.
func TestWaits(t *testing.T) {
	tests, listed := map[string]bool{}, map[string]bool{}
	found := map[string][]string{}
	for dir := range packages(t) {
		for name, decl := range functions(t, dir) {
			if strings.HasPrefix(decl.Name.Name, "Test") {
				tests[name] = true
			} else if kinds := waitsIn(decl); len(kinds) > 0 && !house[dir].aside {
				require.NotContains(t, found, name, "two packages of one name wait in functions of one name: the table must tell them apart")
				found[name] = kinds
			}
		}
	}
	for _, w := range waits {
		require.NotEmpty(t, w.limit, w.what)
		require.True(t, tests[w.test], "%s: there is no test %s", w.what, w.test)
		for _, name := range w.where {
			require.False(t, listed[name], "%s is listed twice", name)
			require.Contains(t, found, name, "%s: this function does not wait any more", w.what)
			listed[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		require.True(t, listed[name], "%s waits (%s): add it to the table, with the limit that ends the wait and a test",
			name, strings.Join(found[name], ", "))
	}
}

// functions are those of a package, tests with them, by package.function.
func functions(t *testing.T, dir string) map[string]*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	if dir == "" {
		dir = "main"
	}
	list := map[string]*ast.FuncDecl{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, d := range f.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || strings.HasSuffix(file, "_test.go") && !strings.HasPrefix(decl.Name.Name, "Test") {
				continue
			}
			list[filepath.Base(dir)+"."+functionName(decl)] = decl
		}
	}
	return list
}

// functionName is the name of a function, behind that of its type.
func functionName(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return decl.Name.Name
	}
	of := decl.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	return of.(*ast.Ident).Name + "." + decl.Name.Name
}

// timeCalls are functions of time that wait, or make something else wait.
var timeCalls = []string{"Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

// waitingCalls are methods and functions that may wait for something outside of
// the process, or for another goroutine. So may Read with one argument, Write of
// what is kept in a field, and Do of an HTTP client.
var waitingCalls = []string{
	"Wait", "ReadAll", "ReadFull", "ReadFile", "ReadFrom", "Copy", "CopyN", "Peek", "Dial", "DialContext", "Listen", "LookupHost",
}

// waitsIn names what in a function may wait.
func waitsIn(decl *ast.FuncDecl) (kinds []string) {
	add := func(kind string) {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			add("select")
		case *ast.SendStmt:
			add("send")
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				add("receive")
			}
		case *ast.RangeStmt:
			// Only a channel, a number or a function is gone through without
			// a variable.
			if _, number := n.X.(*ast.Ident); n.Key == nil && !number {
				if _, field := n.X.(*ast.SelectorExpr); field {
					add("range")
				}
			}
		case *ast.CallExpr:
			call, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name := call.Sel.Name
			of, field := call.X.(*ast.SelectorExpr)
			from, _ := call.X.(*ast.Ident)
			switch {
			case slices.Contains(timeCalls, name) && from != nil && from.Name == "time",
				slices.Contains(waitingCalls, name) && len(n.Args) < 3,
				name == "Read" && len(n.Args) == 1,
				name == "Write" && field && len(n.Args) == 1,
				name == "Retry" && from != nil && from.Name == "backoff",
				name == "Do" && field && of.Sel.Name == "http":
				add(name)
			}
		}
		return true
	})
	return kinds
}
