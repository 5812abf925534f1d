//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A bench holds what all measurements need.
type bench struct {
	dir    string // for everything that is made; gone afterwards
	self   string // this program
	tap    string // the tap under test
	python string // an interpreter with singer-sdk and airbyte-cdk, or ""
	others others
	rows   int
	runs   int
	place  place
	table  table
}

// build makes the tap as it is released.
func (b *bench) build() error {
	return command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.tap, ".")
}

// settings are what a measurement changes in the tap's config.
type settings map[string]any

// args writes config and catalog for an account and returns the tap's
// arguments for a first sync of its one stream.
func (b *bench) args(s *served, set settings) ([]string, error) {
	from, err := time.Parse(seconds, s.from)
	if err != nil {
		return nil, err
	}
	config := settings{
		"api_key": key, "token_url": s.url + "/token", "start_date": from.Format(time.RFC3339),
		"end_date": from.Add(time.Duration(s.rows) * step).Format(time.RFC3339), "page_size": pageRows,
	}
	for k, v := range set {
		config[k] = v
	}
	configFile, catalogFile := filepath.Join(b.dir, "config.json"), filepath.Join(b.dir, "catalog.json")
	if err := writeJSON(configFile, config); err != nil {
		return nil, err
	}
	cmd := exec.Command(b.tap, "--config", configFile, "--discover")
	cmd.Env = append(os.Environ(), s.env()...)
	return []string{"--config", configFile, "--catalog", catalogFile}, discover(cmd, stream, catalogFile, leftOut)
}

// discover writes a catalog with the one stream of those that a tap discovers,
// without some of its columns.
func discover(tap *exec.Cmd, stream, file string, without []string) error {
	out, err := tap.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(tap.Args, " "), err)
	}
	var catalog struct {
		Streams []map[string]any `json:"streams"`
	}
	if err := json.Unmarshal(out, &catalog); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	for _, entry := range catalog.Streams {
		if entry["tap_stream_id"] != stream {
			continue
		}
		for _, m := range entry["metadata"].([]any) {
			m := m.(map[string]any)
			if path := m["breadcrumb"].([]any); len(path) == 2 && slices.Contains(without, path[1].(string)) {
				m["metadata"].(map[string]any)["selected"] = false
			}
		}
		return writeJSON(file, settings{"streams": []any{entry}})
	}
	return fmt.Errorf("catalog has no stream %s", stream)
}

// env lets Go programs trust the server's certificate.
func (s *served) env() []string {
	if s.cert == "" {
		return nil
	}
	return []string{"SSL_CERT_FILE=" + s.cert}
}

func writeJSON(file string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// A sample does once what is to be measured.
type sample func() (cost, error)

// sync runs the tap over the account and checks that no row is missing.
func (b *bench) sync(s *served, set settings) sample {
	return func() (cost, error) {
		args, err := b.args(s, set)
		if err != nil {
			return cost{}, err
		}
		c, err := b.measure(s.env(), b.tap, args...)
		if err == nil && c.records < s.rows {
			err = fmt.Errorf("tap wrote %d of %d rows", c.records, s.rows)
		}
		return c, err
	}
}

// rival runs one of this program's own rivals over the account.
func (b *bench) rival(s *served, name string) sample {
	return func() (cost, error) {
		return b.measure(s.env(), b.self, name, "-url", s.url, "-from", s.from, "-rows", strconv.Itoa(s.rows))
	}
}

// turns measures b.runs times and returns the costs of each sample, in the order
// of the turns. Samples that are to be compared take turns, so that a slow minute
// of the machine meets all of them.
func (b *bench) turns(samples ...sample) ([][]cost, error) {
	all := make([][]cost, len(samples))
	for range b.runs {
		for i, once := range samples {
			c, err := once()
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], c)
		}
	}
	return all, nil
}

// repeat measures b.runs times and returns the median.
func (b *bench) repeat(once sample) (cost, error) {
	turns, err := b.turns(once)
	if err != nil {
		return cost{}, err
	}
	return median(turns[0]), nil
}
