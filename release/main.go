package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"tap-reprise/internal/program"
	"tap-reprise/release/programs"
)

func main() {
	commit := flag.String("commit", "", "the commit that --version tells")
	flag.Parse()
	if flag.NArg() != 1 || !identifier.MatchString(*commit) {
		fmt.Fprintln(os.Stderr, "usage: go run ./release [-commit HASH] FOLDER")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := release(ctx, flag.Arg(0), *commit); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// identifier is how git names a commit, with what it adds where files were changed.
var identifier = regexp.MustCompile(`^([0-9a-f]{7,64}(-dirty)?)?$`)

// release writes every artifact into the folder out, which it makes; one that
// holds something already is refused, since its files would seem to belong to
// the release. It runs in the root of the repo. The end of ctx ends it, and leaves
// an incomplete folder without checksums.
func release(ctx context.Context, out, commit string) (err error) {
	const version = program.Version
	if !releasable.MatchString(version) {
		return fmt.Errorf("version %s of internal/program is not of the form X.Y.Z or X.Y.Z-rc.N", version)
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", out)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	b := builder{version: version, commit: commit, work: work}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for _, p := range programs.All() {
		if err := b.write(ctx, out, p); err != nil {
			return err
		}
	}
	return nil
}

// write makes the artifacts of a program for all platforms and, last, their
// checksums, in the form that sha256sum -c reads.
func (b *builder) write(ctx context.Context, out string, of programs.Program) error {
	made, err := b.buildAll(ctx, of)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, artifacts := range made {
		for _, f := range artifacts {
			if err := os.WriteFile(filepath.Join(out, f.name), f.data, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.data), f.name)
		}
	}
	return os.WriteFile(filepath.Join(out, of.Name+"_"+b.version+"_checksums.txt"), []byte(sums.String()), 0o644)
}

// buildAll makes the artifacts of a program for all platforms, in their order.
// Linking and packing take one processor each, so as many go on side by side as
// the machine has.
func (b *builder) buildAll(ctx context.Context, of programs.Program) ([][]file, error) {
	made, failed := make([][]file, len(platforms)), make([]error, len(platforms))
	var all sync.WaitGroup
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, p := range platforms {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			var err error
			if made[i], err = b.build(ctx, of, p); err != nil {
				failed[i] = fmt.Errorf("%s for %s/%s: %w", of.Name, p.os, p.arch, err)
			}
		})
	}
	all.Wait()
	return made, errors.Join(failed...)
}

// releasable is the form of a version. Others than 1.2.3 and 1.2.3-rc.4 are refused,
// as Python's packages have no equal for them.
var releasable = regexp.MustCompile(`^\d+\.\d+\.\d+(-rc\.\d+)?$`)
