package airbyte_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestAirbyteStateFaults(t *testing.T) {
	for name, c := range map[string]struct{ state, want string }{
		"not JSON":                     {`[{"type":`, "is not JSON: line 1, column 9"},
		"text":                         {`"x"`, "is not a state: want a list or an object, got text"},
		"a list of numbers":            {`[7]`, "is not a state: item 1: want a list or an object, got a number"},
		"a message without its part":   {`[{"type":"STREAM"}]`, `is not a state: item 1: a message without its part`},
		"a stream without a name":      {`[{"stream_descriptor":{},"stream_state":{"n":1}}]`, "is not a state: item 1: a stream_descriptor without a name"},
		"a name that is no text":       {`[{"stream_descriptor":{"name":7}}]`, "is not a state: item 1: stream_descriptor: name: want text, got number"},
		"a state that is no object":    {`[{"stream_descriptor":{"name":"events"},"stream_state":"2026"}]`, `is not a state: item 1: the state of a stream: want an object, got text`},
		"a number for a stream":        {`{"events":7}`, `is not a state: the state of a stream: want an object, got a number`},
		"a descriptor that is no such": {`[{"stream_descriptor":"events","stream_state":{}}]`, "is not a state: item 1: stream_descriptor: it: want an object, got string"},
	} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "read", "--config", taptest.GoodConfig(t), "--state", taptest.File(t, "state.json", c.state),
				"--catalog", taptest.File(t, "catalog.json", bothConfigured))
			require.Equal(t, program.ExitConfig, o.Code)
			require.Contains(t, brief(t, o)[0], "state.json "+c.want+"; hint: ")
			require.Contains(t, o.Stdout, `"failure_type":"config_error"`)
		})
	}
}

// TestAirbyteStateOfNobody tells when a state is for none of the streams: all
// of them start over.
func TestAirbyteStateOfNobody(t *testing.T) {
	const warning = "WARN the state has no bookmark for any stream of this source: every stream starts over"
	for name, c := range map[string]struct {
		state string
		warns bool
	}{
		"of other streams":    {`[{"stream_descriptor":{"name":"x"},"stream_state":{"n":1}}]`, true},
		"of one of them":      {`[{"stream_descriptor":{"name":"events"},"stream_state":{"n":1}},{"stream_descriptor":{"name":"x"},"stream_state":{"n":1}}]`, false},
		"of none":             {`[]`, false},
		"without any content": {`[{"stream_descriptor":{"name":"events"},"stream_state":{}}]`, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "read", "--config", taptest.GoodConfig(t), "--state", taptest.File(t, "state.json", c.state),
				"--catalog", taptest.File(t, "catalog.json", bothConfigured))
			require.Zero(t, o.Code)
			require.Equal(t, c.warns, brief(t, o)[0] == warning, brief(t, o)[0])
		})
	}
}
