package airbyte

import (
	"encoding/json"
	"strconv"
	"time"

	"tap-reprise/internal/object"
)

// A message is one line of output, other than RECORD and STATE, which are written
// by hand: there is one for each row.
type message struct {
	Type    string            `json:"type"`
	Spec    json.RawMessage   `json:"spec,omitempty"`
	Status  *connectionStatus `json:"connectionStatus,omitempty"`
	Catalog *catalog          `json:"catalog,omitempty"`
	Log     *logged           `json:"log,omitempty"`
	Trace   *trace            `json:"trace,omitempty"`
}

type connectionStatus struct {
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

type logged struct {
	Level   string `json:"level"`
	Message string `json:"message"`
}

// A trace has one of its parts.
type trace struct {
	Type     string        `json:"type"`
	Emitted  int64         `json:"emitted_at"` // milliseconds since 1970, as the protocol counts time
	Status   *streamStatus `json:"stream_status,omitempty"`
	Error    *traceError   `json:"error,omitempty"`
	Estimate *estimate     `json:"estimate,omitempty"`
}

type streamStatus struct {
	Stream  streamDescriptor `json:"stream_descriptor"`
	Status  string           `json:"status"`
	Reasons []statusReason   `json:"reasons,omitempty"`
}

type statusReason struct {
	Type    string `json:"type"`
	Limited struct {
		Until int64 `json:"quota_reset"`
	} `json:"rate_limited"`
}

type traceError struct {
	Message  string            `json:"message"`
	Internal string            `json:"internal_message"`
	Type     string            `json:"failure_type"`
	Stream   *streamDescriptor `json:"stream_descriptor,omitempty"`
}

type estimate struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Rows  int64  `json:"row_estimate"`
	Bytes int64  `json:"byte_estimate"`
}

// A streamDescriptor names a stream in the protocol. There are no namespaces.
type streamDescriptor struct {
	Name string `json:"name"`
}

// appendMessage appends the line of m.
func appendMessage(b []byte, m message) []byte {
	return append(append(b, object.Encode(m)...), '\n')
}

// appendTrace appends a TRACE of now.
func appendTrace(b []byte, t trace) []byte {
	t.Emitted = time.Now().UnixMilli()
	return appendMessage(b, message{Type: "TRACE", Trace: &t})
}

// appendStatus appends a STREAM_STATUS. until, if not zero, is when the API
// lets requests through again.
func appendStatus(b []byte, stream, status string, until time.Time) []byte {
	s := &streamStatus{Stream: streamDescriptor{stream}, Status: status}
	if !until.IsZero() {
		reason := statusReason{Type: "RATE_LIMITED"}
		reason.Limited.Until = until.UnixMilli()
		s.Reasons = []statusReason{reason}
	}
	return appendTrace(b, trace{Type: "STREAM_STATUS", Status: s})
}

// appendEstimate appends how many rows and bytes a stream will probably have.
func appendEstimate(b []byte, stream string, rows, bytes int64) []byte {
	return appendTrace(b, trace{Type: "ESTIMATE", Estimate: &estimate{stream, "STREAM", rows, bytes}})
}

// appendState appends the STATE of a stream. rows counts its RECORD messages
// since its last STATE; the protocol wants a decimal point.
func appendState(b []byte, stream string, state []byte, rows int64) []byte {
	b = append(b, `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":`...)
	b = append(b, object.Encode(streamDescriptor{stream})...)
	b = append(b, `,"stream_state":`...)
	b = append(b, state...)
	b = append(b, `},"sourceStats":{"recordCount":`...)
	b = strconv.AppendInt(b, rows, 10)
	return append(b, ".0}}}\n"...)
}
