// Package streams knows which sources exist.
package streams

import (
	"fmt"

	"tap-reprise/streams/reprise"
	"tap-reprise/tap"
)

// An Opener makes the source of a config: one JSON object with every key that
// the source's spec.json describes, valid, defaults filled in.
type Opener = func(config []byte, env tap.Env) (tap.Source, error)

// Open returns the opener of the source of that name. It panics if there is
// none: names are written in main.
func Open(name string) Opener {
	switch name {
	case "reprise":
		return func(config []byte, env tap.Env) (tap.Source, error) { return reprise.Open(config, env, nil) }
	}
	panic(fmt.Sprintf("no source %q", name))
}

// A DemoOpener makes the source of a built-in account. The account of a resumed
// sync is one day older than the first.
type DemoOpener = func(env tap.Env, resumed bool) (tap.Source, error)

// Demo returns what opens the built-in account of the source of that name.
func Demo(name string) DemoOpener {
	switch name {
	case "reprise":
		return func(env tap.Env, resumed bool) (tap.Source, error) { return reprise.Demo(env, resumed) }
	}
	panic(fmt.Sprintf("no demo of %q", name))
}

// Verify returns what compares a bookmark of the source of that name with what
// the API holds.
func Verify(name string) tap.Verifier {
	switch name {
	case "reprise":
		return reprise.Verify
	}
	panic(fmt.Sprintf("no verification of %q", name))
}
