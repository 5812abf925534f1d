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
	"tap-reprise/release/programs"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/streams/reprise/harness"
)

// An outcome is what a command of the source left behind.
type outcome struct {
	stdout, stderr string
	code           int
}

// source runs tap-reprise, under its Airbyte name, as a process of its own.
func source(t *testing.T, args ...string) outcome {
	t.Helper()
	return connector(t, programs.All()[0], args...)
}

// connector runs any of the programs so.
func connector(t *testing.T, p programs.Program, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(p.Connector(), args...)
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if _, exit := errors.AsType[*exec.ExitError](err); !exit {
		require.NoError(t, err)
	}
	return outcome{printed(t, out.String()), errs.String(), c.ProcessState.ExitCode()}
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
func inProcess(t *testing.T, server *emulator.Server, args ...string) outcome {
	t.Helper()
	out, errs, code := subject.Run(t, server, args...)
	return outcome{printed(t, out), errs, code}
}

// A message is one line of the protocol, strictly: no key is unknown.
type message struct {
	Type             string            `json:"type"`
	Log              *logMessage       `json:"log"`
	Spec             json.RawMessage   `json:"spec"`
	ConnectionStatus *connectionStatus `json:"connectionStatus"`
	Catalog          *catalog          `json:"catalog"`
	Record           *record           `json:"record"`
	State            *state            `json:"state"`
	Trace            *trace            `json:"trace"`
}

type logMessage struct {
	Level   string `json:"level"`
	Message string `json:"message"`
}

type connectionStatus struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type catalog struct {
	Streams []stream `json:"streams"`
}

type stream struct {
	Name        string          `json:"name"`
	Schema      json.RawMessage `json:"json_schema"`
	Modes       []string        `json:"supported_sync_modes"`
	OwnCursor   bool            `json:"source_defined_cursor"`
	Cursor      []string        `json:"default_cursor_field"`
	Key         [][]string      `json:"source_defined_primary_key"`
	IsResumable bool            `json:"is_resumable"`
}

type record struct {
	Stream    string          `json:"stream"`
	Data      json.RawMessage `json:"data"`
	EmittedAt int64           `json:"emitted_at"`
	Meta      json.RawMessage `json:"meta"`
}

type descriptor struct {
	Name string `json:"name"`
}

type state struct {
	Type   string `json:"type"`
	Stream *struct {
		Descriptor descriptor      `json:"stream_descriptor"`
		State      json.RawMessage `json:"stream_state"`
	} `json:"stream"`
	Stats *struct {
		RecordCount json.Number `json:"recordCount"`
	} `json:"sourceStats"`
}

type trace struct {
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
func (r outcome) messages(t *testing.T) []message {
	t.Helper()
	require.Empty(t, r.stderr)
	require.True(t, r.stdout == "" || strings.HasSuffix(r.stdout, "\n"), "the last line is not whole")
	d := json.NewDecoder(strings.NewReader(r.stdout))
	d.DisallowUnknownFields()
	var list []message
	end := 0
	for line := range strings.Lines(r.stdout) {
		var m message
		err := d.Decode(&m)
		end += len(line)
		if err != nil || len(m.parts()) != 1 || m.parts()[0] != m.Type || d.InputOffset() != int64(end-1) {
			require.Fail(t, "a line is no message", "%v, %v: %.300s", err, m.parts(), line)
		}
		list = append(list, m)
	}
	return list
}

// parts are the types of what a message holds: its own alone, if it is right.
func (m message) parts() (types []string) {
	for _, part := range []struct {
		kind  string
		there bool
	}{{"LOG", m.Log != nil}, {"SPEC", m.Spec != nil}, {"CONNECTION_STATUS", m.ConnectionStatus != nil}, {"CATALOG", m.Catalog != nil},
		{"RECORD", m.Record != nil}, {"STATE", m.State != nil}, {"TRACE", m.Trace != nil}} {
		if part.there {
			types = append(types, part.kind)
		}
	}
	return types
}

// of returns the messages of a type.
func of(list []message, kind string) []message {
	return slices.DeleteFunc(slices.Clone(list), func(m message) bool { return m.Type != kind })
}

// errors are the ERROR traces.
func (r outcome) errors(t *testing.T) []message {
	t.Helper()
	return slices.DeleteFunc(of(r.messages(t), "TRACE"), func(m message) bool { return m.Trace.Error == nil })
}

// records are the records by stream, as they were written.
func (r outcome) records(t *testing.T) map[string][]string {
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
func (r outcome) checksum(t *testing.T, cut bool) []message {
	t.Helper()
	since, states := map[string]int{}, []message{}
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

// stateFile is the state file of the next attempt: the last state of each stream
// out of those that came, over the ones before.
func stateFile(t *testing.T, states ...message) string {
	t.Helper()
	last := map[string]*state{}
	for _, m := range states {
		last[m.State.Stream.Descriptor.Name] = m.State
	}
	list := []*state{}
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
func load(t *testing.T, runs ...outcome) harness.Warehouse {
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
func discovered(t *testing.T, a subject.Account) []stream {
	t.Helper()
	r := source(t, "discover", "--config", a.Config)
	require.Zero(t, r.code, r.stdout)
	catalogs := of(r.messages(t), "CATALOG")
	require.Len(t, catalogs, 1)
	return catalogs[0].Catalog.Streams
}

// configure makes a configured catalog of streams, all in one mode.
func configure(t *testing.T, mode string, streams ...stream) string {
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
func only(streams []stream, names ...string) []stream {
	return slices.DeleteFunc(slices.Clone(streams), func(s stream) bool { return !slices.Contains(names, s.Name) })
}
