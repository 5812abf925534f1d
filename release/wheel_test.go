package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/release/programs"
)

func TestWheel(t *testing.T) {
	beside := []file{
		{name: "README.md", data: []byte("See [the guide](docs/guide.md) and [Singer](https://www.singer.io).\n")},
		{name: "LICENSE", data: []byte("ours")},
		{name: foreignLicences, data: []byte("theirs")},
		{name: "spec.json", data: []byte("{}")},
	}
	of := programs.Program{Name: "tap-x", Folder: "cmd/tap-x", About: "Rows of X"}
	made, err := wheel{of, "0.2.0-rc.1", platform{os: "windows", wheel: "win_a.win_b"}}.pack(file{"tap-x.exe", []byte("binary"), true}, beside)
	require.NoError(t, err)
	require.Equal(t, "tap_x-0.2.0rc1-py3-none-win_a.win_b.whl", made.name)

	held := wheelEntries(t, made)
	require.Len(t, held, 6)
	require.Equal(t, "binary", held["tap_x-0.2.0rc1.data/scripts/tap-x.exe"])
	require.Equal(t, "ours", held["tap_x-0.2.0rc1.dist-info/licenses/LICENSE"])
	require.Equal(t, "theirs", held["tap_x-0.2.0rc1.dist-info/licenses/"+foreignLicences])
	require.Contains(t, held["tap_x-0.2.0rc1.dist-info/WHEEL"], "\nTag: py3-none-win_a\nTag: py3-none-win_b\n")
	about := held["tap_x-0.2.0rc1.dist-info/METADATA"]
	require.Contains(t, about, "\nName: tap-x\nVersion: 0.2.0rc1\nSummary: Rows of X, as Singer and Airbyte messages\n")
	require.Contains(t, about, "\n\nSee the guide and [Singer](https://www.singer.io).\n")
}

// wheelEntries are the files of a wheel by name, after its RECORD was found to
// name each of them once, with its sum and size, and itself last.
func wheelEntries(t *testing.T, f file) map[string]string {
	t.Helper()
	files := entries(t, f)
	last := files[len(files)-1]
	require.True(t, strings.HasSuffix(last.name, ".dist-info/RECORD"), last.name)
	rows, err := csv.NewReader(strings.NewReader(string(last.data))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(files))
	held := map[string]string{}
	for i, f := range files {
		sum := sha256.Sum256(f.data)
		want := []string{f.name, "sha256=" + base64.RawURLEncoding.EncodeToString(sum[:]), strconv.Itoa(len(f.data))}
		if i == len(files)-1 {
			want = []string{f.name, "", ""}
		}
		require.Equal(t, want, rows[i])
		held[f.name] = string(f.data)
	}
	require.Len(t, held, len(files))
	return held
}
