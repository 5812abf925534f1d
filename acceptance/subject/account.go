package subject

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise/emulator"
)

// An Account is an emulator on a loopback port, and a config file for it.
type Account struct {
	*emulator.Server
	Config string // the file's path
}

// Listen serves s until the test ends. The keys are set in the config, beside
// those that it needs.
func Listen(t *testing.T, s *emulator.Server, keys map[string]any) Account {
	t.Helper()
	url, stop, err := s.Listen()
	require.NoError(t, err)
	t.Cleanup(stop)
	all := map[string]any{"api_key": s.Key, "start_date": "2026-07-01", "token_url": url + emulator.TokenPath}
	for k, v := range keys {
		all[k] = v
	}
	return Account{s, WriteConfig(t, all)}
}

// SmallAccount is an account of a few days in which every stream has rows.
func SmallAccount() *emulator.Server {
	a := emulator.NewAccount(emulator.Options{Seed: 11, Days: 6, SessionsPerDay: 6, EventsPerSession: 6, LivePerDay: 4, Changes: 4})
	return emulator.New(a, time.Date(2026, 7, 6, 12, 0, 0, 0, time.UTC))
}

// WriteConfig makes a config file of the sample, changed by keys, that ends with
// the test. It returns its path.
func WriteConfig(t *testing.T, keys map[string]any) string {
	t.Helper()
	var config map[string]any
	require.NoError(t, json.Unmarshal(Sample(t), &config))
	for k, v := range keys {
		config[k] = v
	}
	text, err := json.Marshal(config)
	require.NoError(t, err)
	return Written(t, "config.json", string(text))
}

// Written puts a text into a file that ends with the test. It returns its path.
func Written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
