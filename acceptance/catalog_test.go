package acceptance

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
)

// TestCatalogIsWhatDiscoveryPrints holds catalog.json equal to what --discover
// prints for the emulator's account, and to the built-in schemas.
func TestCatalogIsWhatDiscoveryPrints(t *testing.T) {
	server := emulator.Demo(false)
	out, _, code := subject.Run(t, server, "--config", subject.WriteConfig(t, map[string]any{"api_key": server.Key}), "--discover")
	require.Equal(t, 0, code)
	if *update {
		require.NoError(t, os.WriteFile("catalog.json", []byte(out), 0o644))
		return
	}
	require.Equal(t, out, string(subject.Catalog(t)))

	offline, _, code := subject.Run(t, server, "--discover")
	require.Equal(t, 0, code)
	require.Equal(t, out, offline)
}
