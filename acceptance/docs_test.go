package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

// elsewhere are the commands of docs/*.md that no test here runs, by how they
// begin, and where each is run instead, or why it is not.
var elsewhere = map[string]string{
	"pip install airbyte":                  "interop installs it, pinned",
	"pip install --no-index":               "release/installers.py",
	"uv tool install --no-index":           "release/installers.py",
	"pipx install dist":                    "release/installers.py",
	"echo \"REPRISE_WHEEL=":                "release/installers.py",
	"meltano add":                          "release/installers.py",
	"meltano config set":                   "release/installers.py",
	"sha256sum --ignore-missing":           "release/installers.py",
	"tar xzf":                              "release/installers.py",
	"sudo install":                         "it changes the machine",
	"go install .":                         "it changes the machine",
	"make image VERSION":                   "interop/image_test builds the image",
	"docker tag":                           "it needs a registry",
	"docker push":                          "it needs a registry",
	"kubectl":                              "it needs a cluster; interop runs what the manifests say",
	"python3 -m venv":                      "it needs a package index",
	"go run ./bench":                       "minutes; TestPageCommandsExist looks at its parts",
	"go test ./streams/reprise/simulation": "a test itself; TestPageCommandsExist looks at its parts",
	"go test ./streams/rybbit/simulation":  "a test itself; TestPageCommandsExist looks at its parts",
	"go test ./internal/ledger":            "a test itself; TestPageCommandsExist looks at its parts",
	"make mutants":                         "a test itself; TestPageCommandsExist looks at its parts",
	"go build -o tap-reprise .":            "TestPageOfAirbyte has the program built already",
	"tap-reprise demo":                     "TestReadmeTranscripts",
	"./tap-reprise demo --airbyte":         "TestReadmeTranscripts",
	"tap-reprise --version":                "testdata",
	"ln -sf tap-reprise":                   "TestLinksMayBeMadeAgain",
	"tap-reprise spec":                     "TestPageOfAirbyte",
	"tap-reprise check --config":           "TestPageOfAirbyte",
	"tap-reprise discover --config":        "TestPageOfAirbyte",
	"tap-reprise read --config":            "TestPageOfAirbyte",
	"export HTTPS_PROXY=":                  "TestPageOfNetworks",
	"export SSL_CERT_FILE=":                "TestPageOfNetworks",
	"tap-reprise --config":                 "TestPageOfNetworks",
	"curl -sS -o /dev/null":                "it asks the vendor",
}

// TestPageCommandsAreRun: each command in docs is run by some test, or there is
// a reason why not.
func TestPageCommandsAreRun(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, page := range pages {
		for _, command := range subject.CommandsOf(t, page) {
			found := ""
			for begin := range elsewhere {
				if strings.HasPrefix(command, begin) && len(begin) > len(found) {
					found = begin
				}
			}
			require.NotEmpty(t, found, "%s: no test is named for: %s", page, command)
			used[found] = true
		}
	}
	for begin := range elsewhere {
		require.True(t, used[begin], "no page has it any more: %s", begin)
	}
}

// TestPageCommandsExist: the tests, flags, targets and files that commands of the
// pages name are there.
func TestPageCommandsExist(t *testing.T) {
	found, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, page := range found {
		for _, command := range subject.CommandsOf(t, page) {
			for segment := range strings.SplitSeq(command, " && ") {
				requireExists(t, page, strings.Fields(segment))
			}
		}
	}
}

func requireExists(t *testing.T, page string, words []string) {
	t.Helper()
	for i, word := range words {
		switch {
		case word == "-r":
			require.FileExists(t, words[i+1], page)
		case word == "-run":
			require.True(t, hasTest(t, words[2], strings.Trim(words[i+1], "'")), "%s: %s has no test %s", page, words[2], words[i+1])
		case words[0] == "make" && i == 1:
			require.Regexp(t, `(?m)^`+regexp.QuoteMeta(word)+`:`, subject.ReadFile(t, "Makefile"), page)
		case words[0] == "go" && i == 2 && strings.HasPrefix(word, "./"):
			require.DirExists(t, word, page)
		case words[0] == "go" && i > 2 && strings.HasPrefix(word, "-") && word != "-v" && word != "-tags":
			name := strings.TrimPrefix(word, "-")
			flag := regexp.MustCompile(`\.\w+\((?:&[\w.]+, )?"` + name + `", `)
			require.True(t, flag.MatchString(sources(t, words[2], "")), "%s: flag %s of %s", page, word, words[2])
		}
	}
}

// hasTest reports whether the package in dir has a test that -run pattern runs.
func hasTest(t *testing.T, dir, pattern string) bool {
	t.Helper()
	name := regexp.MustCompile(strings.Split(pattern, "/")[0])
	for _, test := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(sources(t, dir, "_test"), -1) {
		if name.MatchString(test[1]) {
			return true
		}
	}
	return false
}

// sources is the text of the Go files in dir whose names end with suffix.
func sources(t *testing.T, dir, suffix string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"+suffix+".go"))
	require.NoError(t, err)
	text := ""
	for _, file := range files {
		text += subject.ReadFile(t, file)
	}
	return text
}

// TestLinksMayBeMadeAgain: who has done what README.md says can do what
// docs/airbyte.md says in the same folder, and the other way round.
func TestLinksMayBeMadeAgain(t *testing.T) {
	dir := t.TempDir()
	links := regexp.MustCompile(`(?m)^ {4}(ln [^&\n]*)`)
	count := 0
	for _, page := range []string{"README.md", "docs/airbyte.md", "README.md"} {
		for _, link := range links.FindAllStringSubmatch(subject.ReadFile(t, page), -1) {
			count++
			subject.InFolder(t, dir, link[1])
		}
	}
	require.Equal(t, 3, count)
	program, err := exec.LookPath("tap-reprise")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(program, filepath.Join(dir, "tap-reprise")))
	require.Contains(t, subject.InFolder(t, dir, "./source-reprise spec"), `"type":"SPEC"`)
}
