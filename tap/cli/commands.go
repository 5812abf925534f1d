package cli

import "strings"

// A command is a first word of the command line, as help explains it.
type command struct {
	name  string
	usage string // follows the program's name
	about string // ABOUT stands for the program's own

	operands []string // words that may follow it
	explains bool     // the words of commands may follow it
}

// sync needs no word; airbytes is what Airbyte calls, by the words of others.
const (
	sync     = "sync"
	airbytes = "source-"
)

// commands are all of them, in the order of help.
var commands = []command{
	{name: sync, usage: "[COMMAND] [OPTIONS]", about: "ABOUT"},
	{name: "demo", usage: "demo [OPTIONS]", about: "Sync a built-in account; no key, no config, no network."},
	{name: "verify", usage: "verify --config FILE --state FILE [OPTIONS]", about: "Compare what was loaded with what the API holds; write nothing."},
	{name: "spec", usage: "spec", about: "Airbyte: print what the config may hold."},
	{name: "check", usage: "check --config FILE", about: "Airbyte: say whether the account can be read."},
	{name: "discover", usage: "discover --config FILE", about: "Airbyte: print the streams."},
	{name: "read", usage: "read --config FILE --catalog FILE [--state FILE]", about: "Airbyte: read the streams of a catalog."},
	{name: "completion", usage: "completion bash|zsh|fish", about: "Print what a shell needs to complete words and options.", operands: []string{"bash", "zsh", "fish"}},
	{name: "help", usage: "help [COMMAND]", about: "Print this, or the help of a command.", explains: true},
	{name: "version", usage: "version", about: "Print the version."},
	{name: airbytes, usage: "spec|check|discover|read [OPTIONS]", about: "ABOUT"},
}

// isWord reports whether c stands on a command line.
func (c command) isWord() bool { return c.name != "" && c.name != sync && c.name != airbytes }

// words are the commands that stand on a command line.
func words() (list []command) {
	for _, c := range commands {
		if c.isWord() {
			list = append(list, c)
		}
	}
	return list
}

// commandOf is the command of that name; ok says whether there is one.
func commandOf(name string) (c command, ok bool) {
	for _, c := range commands {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// followers are the words that may follow c.
func (c command) followers() []string {
	list := c.operands
	if c.explains || c.name == sync {
		for _, word := range words() {
			list = append(list, word.name)
		}
	}
	return list
}

// spelled is a command as it stands on a command line: "" is a sync.
func spelled(name string) string { return strings.TrimPrefix(name, sync) }
