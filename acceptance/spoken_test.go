package acceptance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A spoken text is one that the source can say to a person: an error, or a
// warning in the log.
type spoken struct {
	key     string // how docs/errors.md lists it
	where   string // file and line
	warning bool
	code    string   // of the program, where the source sets it beside the text; "": it does not
	names   []string // of what is put into the text
}

// textAt is where in a call its text stands, by the name of what is called, for
// what makes errors and warnings.
var textAt = map[string]int{
	"fmt.Errorf": 0, "errors.New": 0, ".Warn": 0, ".Error": 0, ".WarnOnce": 1, ".Once": 2,
	".fault": 0, // of an entry of the catalog, or of a plan
}

// saying are functions whose texts reach a person although nothing in them looks
// like it: an error or a warning is made of what they return.
var saying = []string{"ledger.Notice.String", "cli.superfluous", "streams.planner.unfit", "streams.Source.warnOfLeft"}

// spokenTexts are all texts that the program can say.
func spokenTexts(t *testing.T) (list []spoken) {
	t.Helper()
	set, files, named := token.NewFileSet(), map[string][]*ast.File{}, map[string]string{}
	for dir, of := range house {
		if of.aside {
			continue
		}
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			require.NoError(t, err)
			files[dir] = append(files[dir], file)
			nameTexts(file, filepath.Base(dir), named)
		}
	}
	for dir, of := range files {
		for _, file := range of {
			s := speech{set: set, pkg: filepath.Base(dir), named: named, codes: map[ast.Node]string{}}
			for _, d := range file.Decls {
				s.within(d)
			}
			list = append(list, s.found...)
		}
	}
	return list
}

// nameTexts adds the texts of a package that have a name, by package and name.
func nameTexts(file *ast.File, pkg string, into map[string]string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, value := range spec.Values {
				if text, ok := (&speech{}).literal(value); ok {
					into[pkg+"."+spec.Names[i].Name] = text
				}
			}
		}
		return true
	})
}

// speech finds the texts of a file.
type speech struct {
	set   *token.FileSet
	pkg   string
	named map[string]string   // texts, by package and name
	codes map[ast.Node]string // of the calls inside of something that sets an exit code
	found []spoken
}

func (s *speech) within(d ast.Decl) {
	decl, isFunc := d.(*ast.FuncDecl)
	name := ""
	if isFunc {
		name = functionName(decl)
	}
	all := isFunc && (decl.Name.Name == "Error" || slices.Contains(saying, s.pkg+"."+name))
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if code := codeOf(n); code != "" {
				s.coded(n, code)
			}
		case *ast.CallExpr:
			called := calledName(n)
			if called == "ConfigError" || called == "streams.ConfigError" {
				s.coded(n, "2")
			}
			at, speaks := textAt[called]
			if all && called == "fmt.Sprintf" {
				at, speaks = 0, true
			}
			if speaks && at < len(n.Args) {
				s.add(n, n.Args[at], n.Args[at+1:], strings.HasPrefix(called, ".") && called != ".fault")
			}
		case *ast.ReturnStmt:
			if all && len(n.Results) == 1 {
				s.add(n, n.Results[0], nil, s.pkg == "ledger")
			}
		}
		return true
	})
}

// coded notes that an exit code holds for all calls inside of n.
func (s *speech) coded(n ast.Node, code string) {
	ast.Inspect(n, func(inner ast.Node) bool {
		if inner != nil {
			s.codes[inner] = code
		}
		return true
	})
}

// add notes a text, if it is one.
func (s *speech) add(n ast.Node, text ast.Expr, with []ast.Expr, warning bool) {
	format, ok := s.literal(text)
	key := keyOf(format)
	if !ok || !strings.ContainsFunc(key, isLetter) {
		return
	}
	found := spoken{key: key, where: s.set.Position(n.Pos()).String(), warning: warning, code: s.codes[n]}
	for _, e := range with {
		ast.Inspect(e, func(inner ast.Node) bool {
			if id, ok := inner.(*ast.Ident); ok {
				found.names = append(found.names, id.Name)
			}
			return true
		})
	}
	s.found = append(s.found, found)
}

// calledName is the name of what is called: package and function, or a point and
// the method.
func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if of, ok := f.X.(*ast.Ident); ok && (of.Name == "fmt" || of.Name == "errors") {
			return of.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

// codeOf is the exit code that a program.Error sets, "" for anything else.
func codeOf(n *ast.CompositeLit) string {
	for _, e := range n.Elts {
		field, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		name, ok := field.Key.(*ast.Ident)
		if value, isConst := field.Value.(*ast.SelectorExpr); ok && isConst && name.Name == "Code" {
			return map[string]string{"ExitRetry": "1", "ExitConfig": "2", "ExitAuth": "3", "ExitData": "4"}[value.Sel.Name]
		}
	}
	return ""
}

// literal is a text of the source. Where part of it is none, … stands for that.
func (s *speech) literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		text, ok := s.named[s.pkg+"."+e.Name]
		return text, ok
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok {
			text, ok := s.named[of.Name+"."+e.Sel.Name]
			return text, ok
		}
	case *ast.BinaryExpr:
		a, first := s.literal(e.X)
		b, second := s.literal(e.Y)
		if !first {
			a = "%s"
		}
		if !second {
			b = "%s"
		}
		return a + b, e.Op == token.ADD && (first || second)
	}
	return "", false
}

// keyWords is how many words of a text stand for it on the page.
const keyWords = 7

var verbs = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// keyOf is what docs/errors.md lists a text by: its first words, with … for what
// is put in.
func keyOf(format string) string {
	text := verbs.ReplaceAllStringFunc(format, func(verb string) string {
		if strings.HasSuffix(verb, "q") {
			return `"…"`
		}
		return "…"
	})
	words := strings.Fields(text)
	if len(words) > keyWords {
		words = words[:keyWords]
	}
	return strings.TrimRight(strings.Join(words, " "), ",:;. ")
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
