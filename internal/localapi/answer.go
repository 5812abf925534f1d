package localapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// An Answer is a response that is not yet on its way.
type Answer struct {
	Status int
	Header http.Header // never nil; the server adds Date, length and encoding
	Rows   int         // how many rows are in it, for the log
	Zip    bool        // it goes out gzipped if the request offers that
	Size   int64       // of the body, -1 if it is not known before it is written

	// Body writes the whole body. It may be called more than once, at any time
	// before the answer is out.
	Body func(w io.Writer) error
}

// Text answers with a body of the given content type.
func Text(status int, contentType, body string) *Answer {
	a := &Answer{Status: status, Header: http.Header{"Content-Type": {contentType}}}
	return a.from([]byte(body))
}

// ContentTypeJSON is the content type of a JSON answer.
const ContentTypeJSON = "application/json; charset=utf-8"

// JSON answers with v as JSON and a line feed behind it, letters as they are.
// It panics where v does not encode: a fake's answers are its own.
func JSON(status int, v any) *Answer {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return Text(status, ContentTypeJSON, b.String())
}

// Refuse answers with the usual words for a status: a page of HTML where a
// proxy is the one that says it (502, 503, 504), else {"error": words}.
func Refuse(status int) *Answer {
	words := http.StatusText(status)
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return Text(status, "text/html",
			"<html>\r\n<head><title>"+words+"</title></head>\r\n<body>"+words+"</body>\r\n</html>\r\n")
	}
	return JSON(status, map[string]string{"error": words})
}

// With sets a header of a and returns a.
func (a *Answer) With(name, value string) *Answer {
	a.Header.Set(name, value)
	return a
}

// from is a copy of a with the given body. Headers are shared.
func (a *Answer) from(body []byte) *Answer {
	c := *a
	c.Size = int64(len(body))
	c.Body = func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}
	return &c
}

// rewritten is a copy of a whose whole body was changed.
func (a *Answer) rewritten(change func([]byte) []byte) *Answer {
	var b bytes.Buffer
	if err := a.Body(&b); err != nil {
		return a
	}
	return a.from(change(b.Bytes()))
}
