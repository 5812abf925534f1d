package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tap-reprise/release/programs"
)

// platform is a system that binaries are made for.
type platform struct {
	os, arch string // as Go names them
	wheel    string // as Python names it: the platform tags of the wheel
}

// A static binary needs neither glibc nor musl, so one wheel serves both. The
// oldest macOS that a binary of Go 1.26 starts on is 12, and it says so in its
// header (LC_BUILD_VERSION).
var platforms = []platform{
	{"linux", "amd64", "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64"},
	{"linux", "arm64", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"},
	{"darwin", "amd64", "macosx_12_0_x86_64"},
	{"darwin", "arm64", "macosx_12_0_arm64"},
	{"windows", "amd64", "win_amd64"},
	{"windows", "arm64", "win_arm64"},
}

// binary is the name of a program's binary on p.
func (p platform) binary(of programs.Program) string {
	if p.os == "windows" {
		return of.Name + ".exe"
	}
	return of.Name
}

// environ is the environment for Go's tools to work for p. What a builder set
// for himself must not change the binary.
func (p platform) environ() []string {
	return append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "CGO_ENABLED=0",
		"GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off")
}

// builder makes the artifacts of one version.
type builder struct {
	version string
	commit  string // "": not known
	work    string // a folder for what is in the making
	sbom    string // the program that lists components
	papers  []file // what lies beside a binary in an archive, by its place in the repo
}

// prepare makes what all platforms share.
func (b *builder) prepare(ctx context.Context) (err error) {
	if b.papers, err = papers(os.DirFS(".")); err != nil {
		return err
	}
	b.sbom = filepath.Join(b.work, "cyclonedx-gomod")
	_, err = run(ctx, append(os.Environ(), "GOFLAGS=", "GOWORK=off"), "go", "build", "-trimpath", "-modfile=release/tools/go.mod",
		"-o", b.sbom, "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod")
	return err
}

// build is the archive, the wheel and the list of components of a program for p.
func (b *builder) build(ctx context.Context, of programs.Program, p platform) ([]file, error) {
	path := filepath.Join(b.work, p.os+"_"+p.arch, p.binary(of))
	// One profile for all, as they share the path of a row.
	if _, err := run(ctx, p.environ(), "go", "build", "-trimpath", "-buildvcs=false", "-pgo", "default.pgo",
		"-ldflags", "-s -w -X tap-reprise/internal/program.commit="+b.commit, "-o", path, of.Package()); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	foreign, err := licences(ctx, of, p)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s_%s_%s_%s", of.Name, b.version, p.os, p.arch)
	bom, err := b.components(ctx, of, p, path)
	if err != nil {
		return nil, err
	}
	papers := papersOf(of, b.papers)
	binary := file{name: p.binary(of), data: data, executable: true}
	archive, err := archive(name, p, append([]file{binary, foreign}, papers...))
	if err != nil {
		return nil, err
	}
	made, err := wheel{of, b.version, p}.pack(binary, append([]file{foreign}, papers...))
	return []file{archive, made, {name: name + ".cdx.json", data: bom}}, err
}

// components is the list of what is in the binary at path, in CycloneDX 1.6,
// read from the binary itself. It names no licences: cyclonedx-gomod guesses
// them, BSD-Source-Code for golang.org/x/sys among others. The file
// foreignLicences has their texts.
func (b *builder) components(ctx context.Context, of programs.Program, p platform, path string) ([]byte, error) {
	list, err := run(ctx, p.environ(), b.sbom, "bin", "-json", "-output-version", "1.6", "-noserial", "-notimestamp",
		"-std", "-version", "v"+b.version, path)
	// It calls each program by the name of the module.
	const main = `"type": "application",
      "name": "`
	return bytes.Replace(list, []byte(main+`tap-reprise"`), []byte(main+of.Name+`"`), 1), err
}

// run is what a command prints on stdout. What it says on stderr is part of
// the error where it fails, and dropped otherwise.
func run(ctx context.Context, environ []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var said bytes.Buffer
	cmd.Env, cmd.Stderr = environ, &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", filepath.Base(name), strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return out, nil
}
