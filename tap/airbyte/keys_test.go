package airbyte

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
	"tap-reprise/tap/taptest"
)

// TestAirbyteKeys: the key by which a destination merges is the key in force.
func TestAirbyteKeys(t *testing.T) {
	for name, c := range map[string]struct{ mode, key, want string }{
		"none":                      {`"append_dedup"`, `null`, "id"},
		"none, as a list":           {`"append_dedup"`, `[]`, "id"},
		"the stream's own":          {`"append_dedup"`, `[["id"]]`, "id"},
		"a user's":                  {`"append_dedup"`, `[["title"],["id"]]`, "title id"},
		"overwritten":               {`"overwrite_dedup"`, `[["title"]]`, "title"},
		"where nothing is merged":   {`"append"`, `[["title"]]`, "id"},
		"an empty path":             {`"append_dedup"`, `[[]]`, "id"},
		"nothing of the protocol's": {`"append_dedup"`, `"title"`, "id"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := parseConfigured([]byte(`{"streams":[{"stream":{"name":"events","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":` + c.mode + `,"primary_key":` + c.key + `}]}`))
			require.NoError(t, err)
			tasks, err := tap.Plan(taptest.TwoStreams(), tap.Choices{list[0].Choice}, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
			require.NoError(t, err)
			require.Equal(t, c.want, strings.Join(tasks[0].Stream.Key, " "))
		})
	}
}

// TestAirbyteKeysInside: a key that lies inside a column can be null in any row;
// it is refused rather than left to a destination that merges by it.
func TestAirbyteKeysInside(t *testing.T) {
	list, err := parseConfigured([]byte(`{"streams":[{"stream":{"name":"events","json_schema":{}},"sync_mode":"incremental","destination_sync_mode":"append_dedup","primary_key":[["id"],["n","x"]]}]}`))
	require.NoError(t, err)
	_, err = tap.Plan(taptest.TwoStreams(), tap.Choices{list[0].Choice}, tap.NewBookmarks(nil), tap.Voice{Logger: taptest.Log(&bytes.Buffer{})})
	require.ErrorContains(t, err, "key column 2 is not one of its columns")
}
