package reprise

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/rows"
)

// A query is one request to a pipe, without its token, and how to read its
// answer.
type query struct {
	pipe    string
	values  url.Values
	decoder *rows.Decoder

	// divisible: where this query is too much, smaller ones can replace it.
	divisible bool

	// cheap: the answer costs the API next to nothing. Where another was given
	// up, it is not waited for as long.
	cheap bool

	// failing, if not zero, is when a chain of requests that this one is to replace
	// began to fail.
	failing time.Time

	// until, if not 0, ends a read by offset at the first row whose clock has come
	// that far. The rows ascend by their clock.
	until int64

	// permit is waited for before the answer is read.
	permit *permit
}

func (q query) with(name, value string) query {
	v := make(url.Values, len(q.values)+1)
	for k, list := range q.values {
		v[k] = list
	}
	v.Set(name, value)
	q.values = v
	return q
}

func (q query) page(limit, offset int) query {
	q = q.with("limit", strconv.Itoa(limit))
	if offset > 0 {
		q = q.with("offset", strconv.Itoa(offset))
	}
	return q
}

// limit is the limit that q was given, 0 if none.
func (q query) limit() int {
	n, _ := strconv.Atoi(q.values.Get("limit"))
	return n
}

// String names the request in logs and errors.
func (q query) String() string {
	shown := make(url.Values, len(q.values))
	for name, list := range q.values {
		shown[name] = list
		if slices.Contains(unshown, name) {
			shown[name] = []string{"***"}
		}
	}
	q.values = shown
	return "GET " + q.pipe + ".json?" + q.encode()
}

// unshown are the parameters whose values come from the config as they are: the
// key may be among them by mistake.
var unshown = []string{"replay_ids", "link_ids", "activity_type"}

// encode writes a blank as %20, as the vendor's page asks.
func (q query) encode() string { return strings.ReplaceAll(q.values.Encode(), "+", "%20") }

// A reading takes the body of a good answer.
type reading func(a *api.Answer) error

// decode reads the rows of an answer into p.
func (q query) decode(a *api.Answer, p *sheet) error {
	body, err := a.Object()
	if err != nil {
		return err
	}
	err = q.decoder.Decode(body, &p.Page)
	a.Rows, a.Waited = len(p.Rows), a.Waited+p.Waited
	var envelope *rows.EnvelopeError
	if errors.As(err, &envelope) && envelope.Kind != rows.Exception && !bytes.Contains(a.Head(), []byte(`"data"`)) && !bytes.Contains(a.Head(), []byte(`"meta"`)) {
		return fmt.Errorf("%w: %s", err, a.Said()) // nothing of an answer: what it says instead
	}
	return err
}

// shown are the parameters that a debug log says of a request.
var shown = []struct{ param, name string }{
	{"start_timestamp", "start"}, {"end_timestamp", "end"}, {"since_ingested_at", "since"},
	{"group_by", "group_by"}, {"limit", "limit"}, {"offset", "offset"},
}

// about is what a debug log says of q.
func (q query) about() []any {
	attrs := []any{"pipe", q.pipe}
	for _, s := range shown {
		if value := q.values.Get(s.param); value != "" {
			attrs = append(attrs, s.name, value)
		}
	}
	return attrs
}
