package reprise_test

import (
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestContract holds the source to the contract of every source, under the
// plainest reading of the vendor's page and under one where nothing is plain.
func TestContract(t *testing.T) {
	spec, err := os.ReadFile("../../spec.json")
	require.NoError(t, err)
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
				config, err := program.App{Spec: spec}.Settle(fmt.Appendf(nil, `{"api_key":%q,"start_date":%q,"page_size":80,"metrics_windows":["day","week"]}`,
					s.Key, emulator.DemoStart.Format(time.DateOnly)), slog.New(slog.DiscardHandler))
				require.NoError(t, err)
				source, err := reprise.Open(config, tap.Env{Log: slog.New(slog.DiscardHandler)}, s.Client().Transport)
				require.NoError(t, err)
				return source
			})
		})
	}
}
