package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"tap-reprise/release/programs"
)

// A wheel is a program as a Python package that pip puts into the environment's
// bin folder as it is, without a launcher: signals reach the program itself.
// Source: Python Packaging User Guide, "Binary distribution format" and "Core
// metadata", version 2.4.
type wheel struct {
	of      programs.Program
	version string
	on      platform
}

// pack makes the file. LICENSE and README.md are taken from beside, and the
// licences of others.
func (w wheel) pack(binary file, beside []file) (file, error) {
	stem := w.of.Snake() + "-" + pythonVersion(w.version)
	info := stem + ".dist-info/"
	var readme string
	var legal []file
	for _, f := range beside {
		switch f.name {
		case "README.md":
			readme = string(f.data)
		case "LICENSE", foreignLicences:
			legal = append(legal, file{name: info + "licenses/" + f.name, data: f.data})
		}
	}
	binary.name = stem + ".data/scripts/" + binary.name
	files := append([]file{binary,
		{name: info + "METADATA", data: []byte(w.metadata(readme))},
		{name: info + "WHEEL", data: []byte(w.tags())},
	}, legal...)
	files = append(files, file{name: info + "RECORD", data: record(info+"RECORD", files)})
	data, err := zipped(files)
	return file{name: fmt.Sprintf("%s-py3-none-%s.whl", stem, w.on.wheel), data: data}, err
}

// pythonVersion is version as Python's packages write it.
func pythonVersion(version string) string {
	return strings.Replace(version, "-rc.", "rc", 1)
}

// inRepo is a link to a file of the repo, which leads nowhere from a package's page.
var inRepo = regexp.MustCompile(`\[([^\]]+)\]\([^):]+\)`)

func (w wheel) metadata(readme string) string {
	return `Metadata-Version: 2.4
Name: ` + w.of.Name + `
Version: ` + pythonVersion(w.version) + `
Summary: ` + w.of.About + `, as Singer and Airbyte messages
Description-Content-Type: text/markdown
Keywords: singer,tap,meltano,airbyte,elt,` + w.of.System() + `
License-Expression: Apache-2.0
License-File: LICENSE
License-File: ` + foreignLicences + `
Classifier: Environment :: Console
Classifier: Programming Language :: Go

` + inRepo.ReplaceAllString(readme, "$1")
}

func (w wheel) tags() string {
	text := "Wheel-Version: 1.0\nGenerator: tap-reprise release\nRoot-Is-Purelib: false\n"
	for tag := range strings.SplitSeq(w.on.wheel, ".") {
		text += "Tag: py3-none-" + tag + "\n"
	}
	return text
}

// record lists files with their sums and sizes, and itself, name, without.
func record(name string, files []file) []byte {
	var text strings.Builder
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		fmt.Fprintf(&text, "%s,sha256=%s,%d\n", f.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.data))
	}
	return []byte(text.String() + name + ",,\n")
}
