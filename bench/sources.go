//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// others are where the connectors lie that exist for this API; "" leaves one
// out.
type others struct {
	manifest       string // of Airbyte's own source
	hub, hubPython string // a checkout of the Meltano Hub's tap, and an interpreter for it
}

// existingRows is how many rows the existing connectors read: so many that
// starting Python is less than a twentieth of what they take.
const existingRows = 300_000

// An existing connector takes at least so many times our CPU.
type existing struct {
	name, path string
	least      float64
	run        func(*served) (cost, error)
}

// existing compares with the connectors that others published, each once.
func (b *bench) existing(ours cost) error {
	for _, e := range []existing{
		{"Airbyte's own source", b.others.manifest, 150, b.airbyte},
		{"the Meltano Hub's tap", b.others.hub, 35, b.hub},
	} {
		if e.path == "" {
			continue
		}
		if err := b.connector(e, ours); err != nil {
			return fmt.Errorf("%s, %s: %w", e.name, e.path, err)
		}
	}
	return nil
}

// connector runs a connector over an account of its own: Airbyte's has no end but
// now, so a part of another account cannot be asked for.
func (b *bench) connector(e existing, ours cost) error {
	s, err := b.start(min(b.rows, existingRows))
	if err != nil {
		return err
	}
	defer s.stop()
	c, err := e.run(s)
	if err != nil {
		return err
	}
	if c.records < s.rows {
		return fmt.Errorf("wrote %d of %d rows", c.records, s.rows)
	}
	b.compare(e.name, c, s.rows, b.times(c, s.rows, ours), e.least)
	return nil
}

// airbyte reads with Airbyte's declarative source as its image does, but for
// the hosts. The bench's server is kinder to it than the vendor's: it ignores
// since_created_at, by which the source loses the first row and those that a
// viewer's clock dates before the day of their session.
func (b *bench) airbyte(s *served) (cost, error) {
	text, err := os.ReadFile(b.others.manifest)
	if err != nil {
		return cost{}, err
	}
	manifest := string(text)
	for _, host := range []string{"https://app.getreprise.com/", "https://api.us-east.tinybird.co/"} {
		if !strings.Contains(manifest, host) {
			return cost{}, fmt.Errorf("no %s in it", host)
		}
		manifest = strings.ReplaceAll(manifest, host, s.url+"/")
	}
	manifestFile := filepath.Join(b.dir, "manifest.yaml")
	if err := os.WriteFile(manifestFile, []byte(manifest), 0o600); err != nil {
		return cost{}, err
	}
	configFile, catalogFile := filepath.Join(b.dir, "airbyte-config.json"), filepath.Join(b.dir, "airbyte-catalog.json")
	if err := writeJSON(configFile, settings{"api_token": key, "start_time": s.from}); err != nil {
		return cost{}, err
	}
	selected := settings{
		"sync_mode": "incremental", "destination_sync_mode": "append",
		"stream": settings{"name": stream, "json_schema": settings{}, "supported_sync_modes": []string{"full_refresh", "incremental"}},
	}
	if err := writeJSON(catalogFile, settings{"streams": []any{selected}}); err != nil {
		return cost{}, err
	}
	return b.measure(nil, b.python, "-c", "from airbyte_cdk.cli.source_declarative_manifest import run; run()",
		"read", "--config", configFile, "--catalog", catalogFile, "--manifest-path", manifestFile)
}

// hub reads with the Meltano Hub's tap. It asks for each day once, without a
// limit, and leaves out columns that its schema does not name.
func (b *bench) hub(s *served) (cost, error) {
	from, err := time.Parse(seconds, s.from)
	if err != nil {
		return cost{}, err
	}
	configFile, catalogFile := filepath.Join(b.dir, "hub-config.json"), filepath.Join(b.dir, "hub-catalog.json")
	if err := writeJSON(configFile, settings{
		"api_url": s.url + pipes, "client_id": key, "replay_token": key, "replicate_token": key,
		"start_timestamp": s.from, "end_timestamp": from.Add(time.Duration(s.rows) * step).Format(seconds),
	}); err != nil {
		return cost{}, err
	}
	env, args := []string{"PYTHONPATH=" + b.others.hub}, []string{"-m", "tap_reprise", "--config", configFile}
	cmd := exec.Command(b.others.hubPython, append(args, "--discover")...)
	cmd.Env = append(os.Environ(), env...)
	if err := discover(cmd, stream+"_daily", catalogFile, nil); err != nil {
		return cost{}, err
	}
	return b.measure(env, b.others.hubPython, append(args, "--catalog", catalogFile)...)
}
