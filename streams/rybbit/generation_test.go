package rybbit_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
)

// TestGeneration: whatever the first answers are, the server is taken for what it is.
func TestGeneration(t *testing.T) {
	for name, fault := range map[string]localapi.Fault{
		"an answer that is cut off": {CutAt: 14},
		"another's 404":             {Status: http.StatusNotFound, Body: "<html>no such page</html>"},
		"a 404 without words":       {Status: http.StatusNotFound, Body: "{}"},
		"a refusal":                 {Status: http.StatusForbidden, Body: `{"error":"Forbidden"}`},
		"a page that says all well": {Status: http.StatusOK, Body: "<html>welcome</html>"},
		"out of order":              {Status: http.StatusBadGateway},
	} {
		for _, dialect := range []emulator.Dialect{onLegacy, onCurrent} {
			t.Run(name+", "+dialect.Generation.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, asked := server(dialect, small), 0
					s.Fault = func(*http.Request) *localapi.Fault {
						if asked++; asked > 1 {
							return nil
						}
						return &fault
					}
					out := harness.Run{Server: s}.Do(t)
					require.Equal(t, 0, out.Code, out.Stderr)
					require.NotEmpty(t, harness.Warehouse{}.Load(t, out)["sessions"])
				})
			})
		}
	}
}
