package rybbit_test

import (
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestContract holds the source to the contract of every source, on servers of both
// generations.
func TestContract(t *testing.T) {
	spec, err := os.ReadFile("../../cmd/tap-rybbit/spec.json")
	require.NoError(t, err)
	for name, dialect := range some(dialects, 2) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := emulator.Generate(emulator.Options{Generation: dialect.Generation, Seed: 21, Days: 4, SessionsPerDay: 6, Ties: 4})
			dialect.Quiet = true // else rows that tie come in another order each time
			taptest.Run(t, func(t *testing.T) tap.Source {
				s := emulator.New(account, harness.Start.Add(4*oneDay+9*time.Hour))
				s.Dialect = dialect
				config, err := program.App{Spec: spec}.Settle(fmt.Appendf(nil, `{"api_key":%q,"start_date":%q,"page_size":80,"organization":"org-1"}`,
					emulator.DemoKey, harness.Start.Format(time.DateOnly)), slog.New(slog.DiscardHandler))
				require.NoError(t, err)
				source, err := rybbit.Open(config, tap.Env{Log: slog.New(slog.DiscardHandler)}, s.Client().Transport)
				require.NoError(t, err)
				return source
			})
		})
	}
}
