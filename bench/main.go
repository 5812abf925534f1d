//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the benchmark, or one of its processes.
func run(args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "serve":
			return serve(args[1:])
		case "discard":
			return discard(args[1:])
		case "plain":
			return plain(args[1:])
		}
	}
	return report(args)
}

// report measures and prints the table.
func report(args []string) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rows := flags.Int("rows", 1_000_000, "rows of a sync")
	runs := flags.Int("runs", 5, "how often each is measured; the median counts")
	python := flags.String("python", "", "an interpreter with bench/requirements.txt installed")
	var o others
	flags.StringVar(&o.manifest, "airbyte", "", "manifest.yaml of Airbyte's source, to measure it with -python")
	flags.StringVar(&o.hub, "hub", "", "checkout of the Meltano Hub's tap, to measure it")
	flags.StringVar(&o.hubPython, "hub-python", "", "an interpreter with bench/requirements-hub.txt installed")
	large := flags.Bool("large", false, "also sync ten million rows")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.manifest != "" && *python == "" || (o.hub == "") != (o.hubPython == "") {
		return errors.New("-airbyte needs -python, and -hub and -hub-python need each other")
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b := &bench{dir: dir, self: self, tap: filepath.Join(dir, "tap-reprise"), python: *python, others: o, rows: *rows, runs: *runs}
	sizes := []int{100_000, 1_000_000}
	if *large {
		sizes = append(sizes, 10_000_000)
	}
	if err := b.all(sizes); err != nil {
		return err
	}
	if err := b.table.print(os.Stdout); err != nil {
		return err
	}
	if b.table.missed > 0 {
		return fmt.Errorf("%d gates missed", b.table.missed)
	}
	return nil
}

// all measures everything, first with all on one core, then what depends on the
// wall time with the server apart.
func (b *bench) all(sizes []int) error {
	steps := []func() error{
		b.build,
		func() error { return b.move(together()) }, b.transform, b.endToEnd, func() error { return b.growth(sizes) }, b.startup,
		func() error { return b.move(apart()) }, b.thinking,
	}
	if !apart().shared() {
		steps = append(steps, b.endToEnd)
	}
	for _, measure := range steps {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// command runs a program and returns what it said if it failed.
func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, tail(string(out)))
	}
	return nil
}
