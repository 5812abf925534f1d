package singer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestBadStates(t *testing.T) {
	for name, c := range map[string]struct{ state, want string }{
		"not JSON":                 {`{"bookmarks":`, "is not JSON: line 1, column 13"},
		"two documents":            {"{}\n{}", "is not JSON: line 2, column 1"},
		"Airbyte's":                {`[{"type":"STREAM"}]`, "is a list, as Airbyte keeps it"},
		"text":                     {`"x"`, "is not a state: want an object, got text"},
		"a number":                 {`7`, "is not a state: want an object, got a number"},
		"bookmarks are a list":     {`{"bookmarks":[]}`, "is not a state: bookmarks: want an object, got a list"},
		"bookmarks are text":       {`{"bookmarks":"2026"}`, "is not a state: bookmarks: want an object, got text"},
		"a bookmark is text":       {`{"bookmarks":{"events":"2026"}}`, `is not a state: bookmark 1: want an object, got text`},
		"a message with no object": {`{"type":"STATE","value":{"bookmarks":7}}`, "is not a state: bookmarks: want an object, got a number"},
	} {
		t.Run(name, func(t *testing.T) {
			path := taptest.File(t, "state.json", c.state)
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "--config", taptest.GoodConfig(t), "--state", path)
			require.Equal(t, program.ExitConfig, o.Code)
			require.Empty(t, o.Stdout)
			require.Equal(t, "CRITICAL state <FILE> "+c.want+`; hint: a state looks like {"bookmarks": {"<stream>": {…}}}; leave --state out to start over`,
				strings.ReplaceAll(o.LastLine(), path, "<FILE>"))
		})
	}
}

func TestBadCatalogs(t *testing.T) {
	for name, c := range map[string]struct{ catalog, want string }{
		"empty":                    {"", "is empty"},
		"not JSON":                 {`{"streams":[}`, "is not JSON: line 1, column 13"},
		"a list":                   {`[]`, "is not a catalog: it: want an object, got array"},
		"null":                     {`null`, `is not a catalog: it has no "streams"`},
		"another object":           {`{"type":"CATALOG"}`, `is not a catalog: it has no "streams"`},
		"streams are an object":    {`{"streams":{}}`, "is not a catalog: streams: want a list, got object"},
		"a stream is text":         {`{"streams":["a"]}`, "is not a catalog: stream 1: want an object, got text"},
		"a stream without a name":  {`{"streams":[{"schema":{}}]}`, "is not a catalog: stream 1: it has no tap_stream_id"},
		"a name that is a number":  {`{"streams":[{"tap_stream_id":7}]}`, "is not a catalog: stream 1: tap_stream_id: want text, got number"},
		"Airbyte's form":           {`{"streams":[{"stream":{"name":"events"},"sync_mode":"full_refresh"}]}`, "is not a catalog: stream 1: it is Airbyte's form"},
		"a breadcrumb missing":     {`{"streams":[{"tap_stream_id":"a","metadata":[{"metadata":{}}]}]}`, "is not a catalog: stream 1: metadata without breadcrumb"},
		"selected is a number":     {`{"streams":[{"tap_stream_id":"a","metadata":[{"breadcrumb":[],"metadata":{"selected":1}}]}]}`, "is not a catalog: stream 1: want true or false, got a number"},
		"selected is another text": {`{"streams":[{"tap_stream_id":"a","metadata":[{"breadcrumb":[],"metadata":{"selected":"maybe"}}]}]}`, "is not a catalog: stream 1: want true or false, got text"},
		"properties are a list":    {`{"streams":[{"tap_stream_id":"a","schema":{"properties":[]}}]}`, "is not a catalog: stream 1: schema properties: want an object, got a list"},
		"metadata is an object":    {`{"streams":[{"tap_stream_id":"a","metadata":{}}]}`, "is not a catalog: stream 1: metadata: want a list, got object"},
	} {
		t.Run(name, func(t *testing.T) {
			path := taptest.File(t, "catalog.json", c.catalog)
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "--config", taptest.GoodConfig(t), "--catalog", path)
			require.Equal(t, program.ExitConfig, o.Code)
			require.Empty(t, o.Stdout)
			require.Equal(t, "CRITICAL catalog <FILE> "+c.want+"; hint: write a new one with --discover",
				strings.ReplaceAll(o.LastLine(), path, "<FILE>"))
		})
	}
}
