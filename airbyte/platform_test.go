package airbyte

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// An airbyteRun is what a command of the source left behind.
type airbyteRun struct {
	stdout, stderr string
	code           int
}

// source runs the program, under its Airbyte name, as a process of its own.
func source(t *testing.T, args ...string) airbyteRun {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command("source-reprise", args...)
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if _, exit := errors.AsType[*exec.ExitError](err); !exit {
		require.NoError(t, err)
	}
	return airbyteRun{printed(t, out.String()), errs.String(), c.ProcessState.ExitCode()}
}

// printed appends what a run wrote to the file that AIRBYTE_LINES names, if
// any: interop/ has Airbyte's own models read it.
func printed(t *testing.T, out string) string {
	t.Helper()
	if name := os.Getenv("AIRBYTE_LINES"); name != "" {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		_, err = f.WriteString(out)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	return out
}

// inProcess runs the same in this process, without a socket.
func inProcess(t *testing.T, server *emulator.Server, args ...string) airbyteRun {
	t.Helper()
	out, errs, code := subject.Run(t, server, args...)
	return airbyteRun{printed(t, out), errs, code}
}

// A message is one line of the protocol, strictly: no key is unknown.
type airbyteMessage struct {
	Type             string            `json:"type"`
	Log              *logMessage       `json:"log"`
	Spec             json.RawMessage   `json:"spec"`
	ConnectionStatus *connectionStatus `json:"connectionStatus"`
	Catalog          *airbyteCatalog   `json:"catalog"`
	Record           *airbyteRecord    `json:"record"`
	State            *airbyteState     `json:"state"`
	Trace            *airbyteTrace     `json:"trace"`
}

type logMessage struct {
	Level   string `json:"level"`
	Message string `json:"message"`
}

type connectionStatus struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type airbyteCatalog struct {
	Streams []airbyteStream `json:"streams"`
}

type airbyteStream struct {
	Name        string          `json:"name"`
	Schema      json.RawMessage `json:"json_schema"`
	Modes       []string        `json:"supported_sync_modes"`
	OwnCursor   bool            `json:"source_defined_cursor"`
	Cursor      []string        `json:"default_cursor_field"`
	Key         [][]string      `json:"source_defined_primary_key"`
	IsResumable bool            `json:"is_resumable"`
}

type airbyteRecord struct {
	Stream    string          `json:"stream"`
	Data      json.RawMessage `json:"data"`
	EmittedAt int64           `json:"emitted_at"`
	Meta      json.RawMessage `json:"meta"`
}

type descriptor struct {
	Name string `json:"name"`
}

type airbyteState struct {
	Type   string `json:"type"`
	Stream *struct {
		Descriptor descriptor      `json:"stream_descriptor"`
		State      json.RawMessage `json:"stream_state"`
	} `json:"stream"`
	Stats *struct {
		RecordCount json.Number `json:"recordCount"`
	} `json:"sourceStats"`
}

type airbyteTrace struct {
	Type      string  `json:"type"`
	EmittedAt float64 `json:"emitted_at"`
	Status    *struct {
		Descriptor descriptor      `json:"stream_descriptor"`
		Status     string          `json:"status"`
		Reasons    json.RawMessage `json:"reasons"`
	} `json:"stream_status"`
	Error *struct {
		Message     string      `json:"message"`
		Internal    string      `json:"internal_message"`
		FailureType string      `json:"failure_type"`
		Descriptor  *descriptor `json:"stream_descriptor"`
	} `json:"error"`
	Estimate *struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Rows  int64  `json:"row_estimate"`
		Bytes int64  `json:"byte_estimate"`
	} `json:"estimate"`
}

// messages parses every line; nothing may be on stderr.
func (r airbyteRun) messages(t *testing.T) []airbyteMessage {
	t.Helper()
	require.Empty(t, r.stderr)
	var list []airbyteMessage
	for line := range strings.Lines(r.stdout) {
		require.True(t, strings.HasSuffix(line, "\n"), "the last line is not whole: %.200q", line)
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		var m airbyteMessage
		require.NoError(t, d.Decode(&m), "%.300s", line)
		parts := map[string]bool{"LOG": m.Log != nil, "SPEC": m.Spec != nil, "CONNECTION_STATUS": m.ConnectionStatus != nil,
			"CATALOG": m.Catalog != nil, "RECORD": m.Record != nil, "STATE": m.State != nil, "TRACE": m.Trace != nil}
		for kind, there := range parts {
			require.Equal(t, kind == m.Type, there, "%.300s", line)
		}
		list = append(list, m)
	}
	return list
}

// of returns the messages of a type.
func of(list []airbyteMessage, kind string) []airbyteMessage {
	return slices.DeleteFunc(slices.Clone(list), func(m airbyteMessage) bool { return m.Type != kind })
}

// errors are the ERROR traces.
func (r airbyteRun) errors(t *testing.T) []airbyteMessage {
	t.Helper()
	return slices.DeleteFunc(of(r.messages(t), "TRACE"), func(m airbyteMessage) bool { return m.Trace.Error == nil })
}

// records are the records by stream, as they were written.
func (r airbyteRun) records(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, m := range of(r.messages(t), "RECORD") {
		all[m.Record.Stream] = append(all[m.Record.Stream], string(m.Record.Data))
	}
	return all
}

// checksum does what the platform does with every sync: the records of a stream
// since its last state must be as many as the state says. It returns the states
// as they came, and fails if records are left that no state covers unless the
// output was cut.
func (r airbyteRun) checksum(t *testing.T, cut bool) []airbyteMessage {
	t.Helper()
	since, states := map[string]int{}, []airbyteMessage{}
	for _, m := range r.messages(t) {
		if m.Record != nil {
			since[m.Record.Stream]++
		}
		if m.State != nil {
			require.Equal(t, "STREAM", m.State.Type)
			require.True(t, bytes.HasPrefix(m.State.Stream.State, []byte("{")), "a state is an object")
			name := m.State.Stream.Descriptor.Name
			require.Equal(t, fmt.Sprintf("%d.0", since[name]), string(m.State.Stats.RecordCount), name)
			delete(since, name)
			states = append(states, m)
		}
	}
	require.True(t, cut || len(since) == 0, "records without a state: %v", since)
	return states
}

// state is the state file of the next attempt: the last state of each stream
// out of those that came, over the ones before.
func stateFile(t *testing.T, states ...airbyteMessage) string {
	t.Helper()
	last := map[string]*airbyteState{}
	for _, m := range states {
		last[m.State.Stream.Descriptor.Name] = m.State
	}
	list := []*airbyteState{}
	for _, name := range harness.Streams {
		if last[name] != nil {
			list = append(list, last[name])
		}
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return subject.Written(t, "state.json", string(text))
}

// load merges the records of runs by key, the latest wins.
func load(t *testing.T, runs ...airbyteRun) harness.Warehouse {
	t.Helper()
	w := harness.Warehouse{}
	for _, r := range runs {
		for stream, rows := range r.records(t) {
			if w[stream] == nil {
				w[stream] = harness.Table{}
			}
			for _, text := range rows {
				d := json.NewDecoder(strings.NewReader(text))
				d.UseNumber()
				var row map[string]any
				require.NoError(t, d.Decode(&row))
				w[stream][harness.KeyOf(t, stream, row)] = row
			}
		}
	}
	return w
}

// discovered is the catalog of an account.
func discovered(t *testing.T, a subject.Account) []airbyteStream {
	t.Helper()
	r := source(t, "discover", "--config", a.Config)
	require.Zero(t, r.code, r.stdout)
	catalogs := of(r.messages(t), "CATALOG")
	require.Len(t, catalogs, 1)
	return catalogs[0].Catalog.Streams
}

// configure makes a configured catalog of streams, all in one mode.
func configure(t *testing.T, mode string, streams ...airbyteStream) string {
	t.Helper()
	into := map[string]string{"incremental": "append_dedup", "full_refresh": "overwrite"}[mode]
	list := []map[string]any{}
	for _, s := range streams {
		list = append(list, map[string]any{"stream": s, "sync_mode": mode, "destination_sync_mode": into,
			"cursor_field": s.Cursor, "primary_key": s.Key, "generation_id": 1, "minimum_generation_id": 0, "sync_id": 7})
	}
	text, err := json.Marshal(map[string]any{"streams": list})
	require.NoError(t, err)
	return subject.Written(t, "catalog.json", string(text))
}

// only picks streams by name.
func only(streams []airbyteStream, names ...string) []airbyteStream {
	return slices.DeleteFunc(slices.Clone(streams), func(s airbyteStream) bool { return !slices.Contains(names, s.Name) })
}
