package taptest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An Output is what a run left behind.
type Output struct {
	Stdout, Stderr string
	Code           int
}

// Messages parses stdout. Every line must be one message, a SCHEMA must come
// before its RECORDs, once, and the first line is a STATE.
func (o Output) Messages(t testing.TB) []Message {
	t.Helper()
	if o.Stdout == "" {
		return nil
	}
	require.True(t, strings.HasSuffix(o.Stdout, "\n"), "the last line is not whole")
	var list []Message
	known := map[string]bool{}
	for line := range strings.Lines(o.Stdout) {
		m, err := ParseMessage(strings.TrimSuffix(line, "\n"))
		require.NoError(t, err)
		switch m.Type {
		case "SCHEMA":
			require.False(t, known[m.Stream], "second SCHEMA of %s", m.Stream)
			known[m.Stream] = true
		case "RECORD":
			if !known[m.Stream] {
				require.Fail(t, "RECORD of "+m.Stream+" before its SCHEMA")
			}
		}
		list = append(list, m)
	}
	require.Equal(t, "STATE", list[0].Type, "the first line is the state that came in")
	return list
}

// Records are the records of a stream, as they were written.
func (o Output) Records(t testing.TB, stream string) []string {
	t.Helper()
	var list []string
	for _, m := range o.Messages(t) {
		if m.Type == "RECORD" && m.Stream == stream {
			list = append(list, string(m.Record))
		}
	}
	return list
}

// State is the value of the last whole STATE line, "" if there is none. What
// follows the last line break is not whole.
func (o Output) State() string {
	const opening = `{"type":"STATE","value":`
	whole := o.Stdout[:strings.LastIndexByte(o.Stdout, '\n')+1]
	at := strings.LastIndex("\n"+whole, "\n"+opening)
	if at < 0 {
		return ""
	}
	line, _, _ := strings.Cut(whole[at:], "\n")
	return strings.TrimSuffix(strings.TrimPrefix(line, opening), "}")
}

// Cut is what a loader has that got only the first n bytes of stdout.
func (o Output) Cut(n int) Output { return Output{Stdout: o.Stdout[:min(n, len(o.Stdout))]} }

// LastLine is the last line of stderr.
func (o Output) LastLine() string {
	lines := strings.Split(strings.TrimSuffix(o.Stderr, "\n"), "\n")
	return lines[len(lines)-1]
}

// Lines are the lines of stderr that hold text.
func (o Output) Lines(text string) []string {
	var list []string
	for line := range strings.Lines(o.Stderr) {
		if strings.Contains(line, text) {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
	}
	return list
}

// Counter is the sum of a METRIC counter of a stream.
func (o Output) Counter(t testing.TB, name, stream string) int {
	t.Helper()
	sum := 0
	for _, line := range o.Lines("INFO METRIC: {") {
		var m struct {
			Metric string
			Value  float64
			Tags   map[string]string
		}
		require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO METRIC: ")), &m), line)
		if m.Metric == name && m.Tags["stream"] == stream {
			sum += int(m.Value)
		}
	}
	return sum
}

// Written are the lines of stdout.
func (o Output) Written() []string {
	if o.Stdout == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(o.Stdout, "\n"), "\n")
}
