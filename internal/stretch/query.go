package stretch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/rows"
)

// A Query is one question for rows, and how to read its answer. The system that is
// asked makes a request of it. A Query is not changed by being asked.
type Query struct {
	// Endpoint names what is asked, as the vendor does.
	Endpoint string

	// Part is the part of the account that is asked, a site say; "" where it has none.
	Part string

	// Values are the parameters, without a limit and an offset.
	Values url.Values

	// Limit is how many rows are asked for, and Offset how many are left out before
	// them; 0: the request does not say.
	Limit, Offset int

	Decoder *rows.Decoder

	// Divisible: where this query is too much, smaller ones can replace it.
	Divisible bool

	// Cheap: the answer costs the API next to nothing. Where another was given
	// up, it is not waited for as long.
	Cheap bool

	// Aside: the rows are not those of the stream. Nothing is learnt from them.
	Aside bool

	// failing, if not zero, is when a chain of requests that this one is to replace
	// began to fail.
	failing time.Time

	// until, if not 0, ends a read by offset at the first row whose clock has come
	// that far. The rows ascend by their clock.
	until int64

	// permit is waited for before the answer is read.
	permit *permit
}

// With is q with another value of a parameter.
func (q Query) With(name, value string) Query {
	v := make(url.Values, len(q.Values)+1)
	for k, list := range q.Values {
		v[k] = list
	}
	v.Set(name, value)
	q.Values = v
	return q
}

// Rows is q for limit rows behind the first offset ones.
func (q Query) Rows(limit, offset int) Query {
	q.Limit, q.Offset = limit, offset
	return q
}

// Until is q, whose read by offset ends at the first row whose clock, in µs, is not
// before at. Its rows must ascend by their clock.
func (q Query) Until(at int64) Query {
	q.until = at
	return q
}

// Wait waits for the turn of this answer to be taken into memory, and says for how
// long. Call it before the body is read.
func (q Query) Wait(ctx context.Context) time.Duration { return q.permit.wait(ctx) }

// decode reads the rows of an answer into p.
func (q Query) decode(a *api.Answer, p *Sheet) error {
	body, err := a.Object()
	if err != nil {
		return err
	}
	err = q.Decoder.Decode(body, &p.Page)
	a.Rows, a.Waited = len(p.Rows), a.Waited+p.Waited
	var envelope *rows.EnvelopeError
	if errors.As(err, &envelope) && envelope.Kind != rows.Exception && !q.shows(a.Head()) {
		return fmt.Errorf("%w: %s", err, a.Said()) // nothing of an answer: what it says instead
	}
	return err
}

// shows reports whether the beginning of an answer has a member that its envelope
// begins with.
func (q Query) shows(head []byte) bool {
	names := []string{"data", "meta"}
	if e := q.Decoder.Envelope; e.Rows != nil {
		names = append(e.Keep[:len(e.Keep):len(e.Keep)], e.Rows...)
	}
	for _, name := range names {
		if bytes.Contains(head, []byte(`"`+name+`"`)) {
			return true
		}
	}
	return false
}
