package singer_test

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestBrokenOutput(t *testing.T) {
	for name, c := range map[string]struct {
		room int
		err  error
		code int
		last string // of stderr
	}{
		"a disk full from the start": {0, syscall.ENOSPC, program.ExitRetry,
			"CRITICAL write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE"},
		"a disk full later": {600 << 10, syscall.ENOSPC, program.ExitRetry,
			"CRITICAL write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE"},
		"a reader gone from the start": {0, syscall.EPIPE, 141, ""},
		"a reader gone later":          {600 << 10, syscall.EPIPE, 141, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := taptest.New(&taptest.Memory{Rows: 50000, Page: 100}, "--config", taptest.GoodConfig(t))
			a.Out, a.Err = &taptest.Broken{Room: c.room, Err: c.err}, &stderr
			a.Environ = []string{"LOGLEVEL=ERROR"}
			require.Equal(t, c.code, cli.Main(t.Context(), a.App, a.Connector))
			require.Equal(t, c.last, strings.TrimSpace(stderr.String()))
		})
	}
}

func TestBrokenOutputOfDocuments(t *testing.T) {
	for _, mode := range []string{"--about", "--version", "--help", "--discover"} {
		a := taptest.New(&taptest.Memory{}, mode)
		a.Out, a.Err = &taptest.Broken{Err: syscall.EPIPE}, io.Discard
		require.Equal(t, 141, cli.Main(t.Context(), a.App, a.Connector), mode)
	}
}
