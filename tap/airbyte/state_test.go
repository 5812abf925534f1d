package airbyte

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap"
)

func TestAirbyteStateShapes(t *testing.T) {
	const stream = `"stream_descriptor":{"name":"events","namespace":null},"stream_state":{"n": 1}`
	for name, c := range map[string]struct {
		state   string
		want    string // bookmark of events, "" for none
		refresh bool
	}{
		"an empty file":           {"", "", false},
		"blanks":                  {" \n", "", false},
		"a byte order mark alone": {"\ufeff", "", false},
		"null":                    {"null", "", false},
		"an empty list":           {"[]", "", false},
		"an empty object":         {"{}", "", false},
		"a list with a null":      {"[null]", "", false},
		"one of a connection that has never synced":  {`{"stateType":"not_set","connectionId":"c"}`, "", false},
		"a list of STREAM states":                    {`[{"type":"STREAM","stream":{` + stream + `}}]`, `{"n":1}`, false},
		"nulls where a platform has nothing":         {`[{"type":"STREAM","stream":{` + stream + `},"global":null,"data":null,"sourceStats":null}]`, `{"n":1}`, false},
		"one STREAM state alone":                     {`{"type":"STREAM","stream":{` + stream + `}}`, `{"n":1}`, false},
		"a state without a type":                     {`[{"stream":{` + stream + `}}]`, `{"n":1}`, false},
		"a descriptor and a state":                   {`{` + stream + `}`, `{"n":1}`, false},
		"a list of those":                            {`[{` + stream + `}]`, `{"n":1}`, false},
		"a line of an earlier run":                   {`{"type":"STATE","state":{"type":"STREAM","stream":{` + stream + `},"sourceStats":{"recordCount":3.0}}}`, `{"n":1}`, false},
		"several lines' messages as a list":          {`[{"type":"STATE","state":{"type":"STREAM","stream":{` + stream + `}}}]`, `{"n":1}`, false},
		"GLOBAL":                                     {`[{"type":"GLOBAL","global":{"shared_state":{"x":1},"stream_states":[{` + stream + `}]}}]`, `{"n":1}`, false},
		"GLOBAL without a list":                      {`{"type":"GLOBAL","global":{"stream_states":[{` + stream + `}]}}`, `{"n":1}`, false},
		"LEGACY":                                     {`[{"type":"LEGACY","data":{"events":{"n":1}}}]`, `{"n":1}`, false},
		"legacy, as it was kept":                     {`{"events":{"n":1},"empty":{}}`, `{"n":1}`, false},
		"the form of the platform's API":             {`{"stateType":"stream","connectionId":"c","streamState":[{"streamDescriptor":{"name":"events"},"streamState":{"n":1}}]}`, `{"n":1}`, false},
		"the form of the API, global":                {`{"stateType":"global","globalState":{"sharedState":{},"streamStates":[{"streamDescriptor":{"name":"events"},"streamState":{"n":1}}]}}`, `{"n":1}`, false},
		"the state of a Singer run":                  {`{"bookmarks":{"events":{"n":1}}}`, `{"n":1}`, false},
		"a STATE line of a Singer run":               {`{"type":"STATE","value":{"bookmarks":{"events":{"n":1}}}}`, `{"n":1}`, false},
		"indented":                                   {"[\n  {\"type\": \"STREAM\",\n \"stream\": {\"stream_descriptor\": {\"name\": \"events\"},\n \"stream_state\": {\n \"n\": 1\n}}}\n]\n", `{"n":1}`, false},
		"of two states the last":                     {`[{"stream_descriptor":{"name":"events"},"stream_state":{"n":9}},{` + stream + `}]`, `{"n":1}`, false},
		"no state of the stream":                     {`[{"stream_descriptor":{"name":"events"},"stream_state":null}]`, "", false},
		"a descriptor alone":                         {`[{"stream_descriptor":{"name":"events"}}]`, "", false},
		"an empty state":                             {`[{"stream_descriptor":{"name":"events"},"stream_state":{}}]`, "", false},
		"a stream that has no cursor":                {`[{"stream_descriptor":{"name":"events"},"stream_state":{"__ab_no_cursor_state_message":true}}]`, "", false},
		"a full refresh of another source, complete": {`[{"stream_descriptor":{"name":"events"},"stream_state":{"__ab_full_refresh_sync_complete":true}}]`, "", false},
		"no cursor, alone":                           {`{"__ab_no_cursor_state_message":true}`, "", false},
		"the protocol's own key beside a bookmark":   {`[{"stream_descriptor":{"name":"events"},"stream_state":{"n":1,"__ab_x":true}}]`, `{"n":1,"__ab_x":true}`, false},
		"a full refresh that has not ended":          {`[{"stream_descriptor":{"name":"events"},"stream_state":{"full_refresh":{"n":1}}}]`, `{"n":1}`, true},
		"digits and text stay as they are":           {`[{"stream_descriptor":{"name":"events"},"stream_state":{"n": 9007199254740993, "t": "<\u00e9"}}]`, `{"n":9007199254740993,"t":"<\u00e9"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			states, err := parseStates([]byte(c.state))
			require.NoError(t, err)
			require.Equal(t, c.want, string(states["events"].bookmark))
			require.Equal(t, c.refresh, states["events"].refresh)
		})
	}
}

// FuzzAirbyteState: no document panics, and what is taken for a bookmark is an
// object on one line.
func FuzzAirbyteState(f *testing.F) {
	for _, seed := range []string{`[{"type":"STREAM","stream":{"stream_descriptor":{"name":"e"},"stream_state":{"n":1}}}]`,
		`{"e":{"n":1}}`, `{"streamState":[{"streamDescriptor":{"name":"e"},"streamState":{"full_refresh":{"n":1}}}]}`, `[null,{}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		states, err := parseStates(data)
		if err != nil {
			return
		}
		for _, s := range states {
			require.NoError(t, tap.CheckBookmark(s.bookmark))
			require.True(t, json.Valid(s.text()))
		}
	})
}
