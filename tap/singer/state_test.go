package singer

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/tap/taptest"
)

func TestStateForms(t *testing.T) {
	for name, c := range map[string]struct {
		state string
		want  string // as it is written out again
		mark  string // bookmark of the stream events
	}{
		"empty":                          {"", `{"bookmarks":{}}`, ""},
		"blank":                          {" \n", `{"bookmarks":{}}`, ""},
		"null":                           {"null", `{"bookmarks":{}}`, ""},
		"an empty object":                {"{}", `{"bookmarks":{}}`, ""},
		"bookmarks null":                 {`{"bookmarks":null}`, `{"bookmarks":{}}`, ""},
		"a bookmark":                     {`{"bookmarks":{"events":{"a":1}}}`, `{"bookmarks":{"events":{"a":1}}}`, `{"a":1}`},
		"a bookmark of null":             {`{"bookmarks":{"events":null}}`, `{"bookmarks":{"events":null}}`, ""},
		"a bookmark that is empty":       {`{"bookmarks":{"events":{ }}}`, `{"bookmarks":{"events":{}}}`, ""},
		"printed on several lines":       {"{\n \"bookmarks\": {\r\n\t\"events\": {\"a\":\n 1}}}\n", `{"bookmarks":{"events":{"a":1}}}`, `{"a":1}`},
		"with a byte order mark":         {"\ufeff" + `{"bookmarks":{}}`, `{"bookmarks":{}}`, ""},
		"numbers keep their digits":      {`{"bookmarks":{"events":{"a":9007199254740993.10}}}`, `{"bookmarks":{"events":{"a":9007199254740993.10}}}`, `{"a":9007199254740993.10}`},
		"keys keep their order":          {`{"z":1,"bookmarks":{"b":{},"a":{}},"a":"<>&"}`, `{"z":1,"bookmarks":{"b":{},"a":{}},"a":"<>&"}`, ""},
		"escapes stay":                   {`{"bookmarks":{"events":{"a":"\u00e9\ud83d\ude00\/"}}}`, `{"bookmarks":{"events":{"a":"\u00e9\ud83d\ude00\/"}}}`, `{"a":"\u00e9\ud83d\ude00\/"}`},
		"a key with escapes":             {`{"bookmarks":{"ev\u0065nts":{"a":1}},"q\"\n":2}`, `{"bookmarks":{"events":{"a":1}},"q\"\n":2}`, `{"a":1}`},
		"a key that comes twice":         {`{"a":1,"bookmarks":{"events":{"a":1},"events":{"a":2}},"a":3}`, `{"a":3,"bookmarks":{"events":{"a":2}}}`, `{"a":2}`},
		"invalid UTF-8":                  {"{\"bookmarks\":{\"events\":{\"a\":\"\xff\"}}}", `{"bookmarks":{"events":{"a":"` + "\ufffd" + `"}}}`, `{"a":"` + "\ufffd" + `"}`},
		"a STATE message":                {`{"type":"STATE","value":{"bookmarks":{"events":{"a":1}}}}`, `{"bookmarks":{"events":{"a":1}}}`, `{"a":1}`},
		"what meltano state get prints":  {`{"singer_state":{"bookmarks":{"events":{"a":1}}}}`, `{"bookmarks":{"events":{"a":1}}}`, `{"a":1}`},
		"a foreign key named value":      {`{"value":{"a":1}}`, `{"bookmarks":{},"value":{"a":1}}`, ""},
		"a foreign key named type":       {`{"type":"STATE"}`, `{"bookmarks":{},"type":"STATE"}`, ""},
		"foreign keys without bookmarks": {`{"a":{"b":1}}`, `{"bookmarks":{},"a":{"b":1}}`, ""},
		"an alias":                       {`{"bookmarks":{"old_events":{"a":1}}}`, `{"bookmarks":{"old_events":{"a":1}}}`, `{"a":1}`},
		"the own name before an alias":   {`{"bookmarks":{"old_events":{"a":1},"events":{"a":2}}}`, `{"bookmarks":{"old_events":{"a":1},"events":{"a":2}}}`, `{"a":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := parseState([]byte(c.state))
			require.NoError(t, err)
			require.Equal(t, c.want, string(st.append(nil)))
			require.Equal(t, c.mark, string(st.Of(taptest.TwoStreams()[0])))
		})
	}
}

func TestUnusedStateIsWarnedOf(t *testing.T) {
	const warning = "WARNING the state has no bookmark for any stream of this source: every stream starts over"
	for name, c := range map[string]struct {
		state string
		warns bool
	}{
		"a first run":                    {`{"bookmarks":{}}`, false},
		"its own":                        {`{"bookmarks":{"events":{"a":1}}}`, false},
		"another connector's, by alias":  {`{"bookmarks":{"old_events":{"a":1}}}`, false},
		"another tool's":                 {`{"bookmarks":{"users":{"a":1}}}`, true},
		"another shape":                  {`{"events":{"a":1}}`, true},
		"its own, emptied by a platform": {`{"bookmarks":{"events":null}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := parseState([]byte(c.state))
			require.NoError(t, err)
			var log bytes.Buffer
			st.WarnStarts(taptest.TwoStreams(), nil, taptest.Log(&log))
			require.Equal(t, c.warns, strings.Contains(log.String(), warning))
		})
	}
}

func TestStateSet(t *testing.T) {
	st, err := parseState([]byte(`{"bookmarks":{"a":{"n":1},"b":{"n":1}}}`))
	require.NoError(t, err)
	mark := []byte(`{"n":2}`)
	st.Set("a", mark)
	st.Set("c", mark)
	mark[5] = '9' // the state keeps its own copy
	require.Equal(t, `{"bookmarks":{"a":{"n":2},"b":{"n":1},"c":{"n":2}}}`, string(st.append(nil)))
}
