package airbyte

import (
	"strconv"
	"time"

	"tap-reprise/internal/object"
)

// appendLog appends a LOG message.
func appendLog(b []byte, level, text string) []byte {
	b = append(b, `{"type":"LOG","log":{"level":"`...)
	b = append(b, level...)
	b = append(b, `","message":`...)
	b = append(b, object.Encode(text)...)
	return append(b, "}}\n"...)
}

// appendTrace appends a TRACE message of now. part is the key of its own part,
// body that part.
func appendTrace(b []byte, kind, part string, body []byte) []byte {
	b = append(b, `{"type":"TRACE","trace":{"type":"`...)
	b = append(b, kind...)
	b = append(b, `","emitted_at":`...)
	b = appendMillis(b, time.Now())
	b = append(b, `,"`...)
	b = append(b, part...)
	b = append(b, `":`...)
	b = append(b, body...)
	return append(b, "}}\n"...)
}

// appendMillis appends t as the protocol counts time, in milliseconds since
// 1970.
func appendMillis(b []byte, t time.Time) []byte {
	return strconv.AppendInt(b, t.UnixMilli(), 10)
}

// A streamDescriptor names a stream in the protocol. There are no namespaces.
type streamDescriptor struct {
	Name string `json:"name"`
}

// appendStatus appends a STREAM_STATUS. until, if not zero, is when the API
// lets requests through again.
func appendStatus(b []byte, stream, status string, until time.Time) []byte {
	body := object.AppendMember([]byte("{"), "stream_descriptor", object.Encode(streamDescriptor{stream}))
	body = object.AppendMember(body, "status", object.Encode(status))
	if !until.IsZero() {
		body = append(body, `,"reasons":[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":`...)
		body = append(appendMillis(body, until), "}}]"...)
	}
	return appendTrace(b, "STREAM_STATUS", "stream_status", append(body, '}'))
}

// appendEstimate appends how many rows and bytes a stream will probably have.
func appendEstimate(b []byte, stream string, rows, bytes int64) []byte {
	body := object.AppendMember([]byte("{"), "name", object.Encode(stream))
	body = append(body, `,"type":"STREAM","row_estimate":`...)
	body = strconv.AppendInt(body, rows, 10)
	body = append(body, `,"byte_estimate":`...)
	body = strconv.AppendInt(body, bytes, 10)
	return appendTrace(b, "ESTIMATE", "estimate", append(body, '}'))
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
