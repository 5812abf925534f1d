package reprise_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestContract holds the source to the contract of every source, under the
// plainest reading of the vendor's page and under one where nothing is plain.
func TestContract(t *testing.T) {
	for name, dialect := range map[string]emulator.Dialect{
		"plain": {},
		"odd": {
			SecondClock: true, EndInclusive: true, StartExclusive: true, ShuffleColumns: true,
			MetaLast: true, QuoteInt64: true, RowsBefore: emulator.Absent, CapLimit: 60,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := emulator.NewAccount(emulator.Options{
				Seed: 21, Start: emulator.DemoStart, Days: 6, SessionsPerDay: 6, EventsPerSession: 5, Changes: 6,
			})
			taptest.Run(t, func(t *testing.T) tap.Source {
				s := emulator.New(account, emulator.DemoStart.Add(6*day+9*3600*1e9))
				s.Dialect = dialect
				config := reprise.DemoConfig(s.Key)
				config.PageSize = 80
				config.MetricsWindows = []string{"day", "week"}
				text, err := json.Marshal(config)
				require.NoError(t, err)
				source, err := reprise.Open(text, tap.Env{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, s.Client().Transport)
				require.NoError(t, err)
				return source
			})
		})
	}
}
