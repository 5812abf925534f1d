package main

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/release/programs"
)

var dist = flag.String("dist", "", "a folder made by this program, to be looked through")

// TestArtifacts looks into the artifacts of a release: each platform has all
// three, made of one binary, which is for that platform.
func TestArtifacts(t *testing.T) {
	if *dist == "" {
		t.Skip("no -dist")
	}
	for _, of := range programs.All() {
		for _, p := range platforms {
			t.Run(of.Name+" for "+p.os+"/"+p.arch, func(t *testing.T) { requireArtifacts(t, of, p) })
		}
	}
}

func requireArtifacts(t *testing.T, of programs.Program, p platform) {
	t.Helper()
	const version = program.Version
	name := fmt.Sprintf("%s_%s_%s_%s", of.Name, version, p.os, p.arch)
	suffix := ".tar.gz"
	if p.os == "windows" {
		suffix = ".zip"
	}
	inside := map[string]string{}
	for _, f := range entries(t, artifact(t, name+suffix)) {
		inside[strings.TrimPrefix(f.name, name+"/")] = string(f.data)
	}
	binary := inside[p.binary(of)]
	requirePlatform(t, p, []byte(binary))
	info, err := buildinfo.Read(strings.NewReader(binary))
	require.NoError(t, err)
	require.Equal(t, path.Join("tap-reprise", of.Folder), info.Path)
	require.Contains(t, info.Settings, debug.BuildSetting{Key: "-pgo", Value: "default.pgo"})
	spec, err := os.ReadFile("../" + of.Path("spec.json"))
	require.NoError(t, err)
	require.Equal(t, string(spec), inside["spec.json"], "the program's own lie at the top")

	stem := of.Snake() + "-" + pythonVersion(version)
	wheel := wheelEntries(t, artifact(t, stem+"-py3-none-"+p.wheel+".whl"))
	require.True(t, wheel[stem+".data/scripts/"+p.binary(of)] == binary, "archive and wheel have one binary")
	bom := artifact(t, name+".cdx.json").data
	requireComponents(t, bom, info, inside[foreignLicences])
	var list struct {
		Metadata struct{ Component struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal(bom, &list))
	require.Equal(t, of.Name, list.Metadata.Component.Name)
}

func artifact(t *testing.T, name string) file {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(*dist, name))
	require.NoError(t, err)
	return file{name: name, data: data}
}

// requirePlatform reads from the binary's headers what it is for.
func requirePlatform(t *testing.T, p platform, binary []byte) {
	t.Helper()
	r := bytes.NewReader(binary)
	switch p.os {
	case "linux":
		f, err := elf.NewFile(r)
		require.NoError(t, err)
		require.Equal(t, map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[p.arch], f.Machine)
		for _, part := range f.Progs {
			require.NotEqual(t, elf.PT_INTERP, part.Type, "it is static")
		}
	case "windows":
		f, err := pe.NewFile(r)
		require.NoError(t, err)
		require.Equal(t, map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}[p.arch], f.Machine)
	case "darwin":
		f, err := macho.NewFile(r)
		require.NoError(t, err)
		require.Equal(t, map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64}[p.arch], f.Cpu)
		require.True(t, strings.HasPrefix(p.wheel, fmt.Sprintf("macosx_%d_0_", oldestMacOS(t, f))), "%s runs from macOS %d on", p.wheel, oldestMacOS(t, f))
	}
}

// oldestMacOS is the first version, before the dot, on which f starts.
func oldestMacOS(t *testing.T, f *macho.File) uint32 {
	t.Helper()
	const buildVersion = 0x32 // LC_BUILD_VERSION: command, size, platform, oldest version
	for _, load := range f.Loads {
		if raw := load.Raw(); f.ByteOrder.Uint32(raw) == buildVersion {
			return f.ByteOrder.Uint32(raw[12:]) >> 16
		}
	}
	require.Fail(t, "no LC_BUILD_VERSION")
	return 0
}

// requireComponents holds the list of components and the licences equal to the
// modules that the binary says it is made of.
func requireComponents(t *testing.T, bom []byte, info *buildinfo.BuildInfo, licences string) {
	t.Helper()
	var list struct {
		Components []struct{ Name, Version string }
	}
	require.NoError(t, json.Unmarshal(bom, &list))
	var got []string
	for _, c := range list.Components {
		got = append(got, c.Name+" "+c.Version)
	}
	want := []string{"std " + info.GoVersion}
	require.Contains(t, licences, "\nThe Go standard library "+info.GoVersion+"\n")
	for _, m := range info.Deps {
		want = append(want, m.Path+" "+m.Version)
		require.Contains(t, licences, "\n"+m.Path+" "+m.Version+"\n")
	}
	require.ElementsMatch(t, want, got)
}
