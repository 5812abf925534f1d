package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/api"
)

// dripping is a body that brings a piece after each pause, so many times, and
// then nothing until its request ends.
type dripping struct {
	ctx   context.Context
	piece string
	every time.Duration
	times int
}

func (d *dripping) Read(p []byte) (int, error) {
	if d.times == 0 {
		<-d.ctx.Done()
		return 0, d.ctx.Err()
	}
	d.times--
	select {
	case <-time.After(d.every):
		return copy(p, d.piece), nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// TestIdleBodies: an answer that stops, or comes too slowly, is given up; one
// that comes steadily is read to its end, however long that takes.
func TestIdleBodies(t *testing.T) {
	for name, test := range map[string]struct {
		piece  string
		every  time.Duration
		times  int
		status int
		change func(*api.Call)
		text   string
		after  time.Duration
	}{
		"stops behind its headers": {"", 0, 0, 200, nil, "timeout: no data for 2m0s", 2 * time.Minute},
		"a byte a second":          {" ", 1100 * time.Millisecond, 1 << 20, 200, nil, "too slow: 109 bytes in 2m0s", 2 * time.Minute},
		"4 KB a second, but stops": {strings.Repeat(" ", 4<<10), 1100 * time.Millisecond, 32, 200, nil, "timeout: no data for 2m0s", 155200 * time.Millisecond},
		"one that is to be there within a minute": {strings.Repeat(" ", 4<<10), 1100 * time.Millisecond, 1 << 10, 200, func(c *api.Call) { c.Within = time.Minute },
			"too slow: 221184 bytes in 1m0s", time.Minute},
		"a refusal": {"x", 1100 * time.Millisecond, 1 << 10, 404, nil, "status 404", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := ask(&server{answer: func(_ int, r *http.Request) *http.Response {
					return told(test.status, &dripping{r.Context(), test.piece, test.every, test.times})
				}}, nil)
				call := list()
				if test.change != nil {
					test.change(call)
				}
				began := time.Now()
				require.ErrorContains(t, c.once(t, call), test.text)
				require.Equal(t, test.after, time.Since(began))
			})
		})
	}
}

// TestSlowReaders: the time in which the answer was not read is nobody's fault,
// and is not counted.
func TestSlowReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := ask(always(200, `{"a":1}`), nil)
		call := list()
		call.Read = func(_ context.Context, a *api.Answer) error {
			time.Sleep(time.Hour)
			a.Waited, a.Rows = time.Hour, 7
			body, err := a.Object()
			require.NoError(t, err)
			text, err := io.ReadAll(body)
			require.Equal(t, `{"a":1}`, string(text))
			return err
		}
		require.NoError(t, c.once(t, call))
		require.Contains(t, c.said.String(), "msg=request status=200 rows=7 bytes=7 ms=0")
	})
}

// TestPackedBodies: gzip is seen from the bytes, and never becomes more than may
// be read.
func TestPackedBodies(t *testing.T) {
	bomb := packed("{" + strings.Repeat(" ", 8<<20) + "}")
	require.Less(t, len(bomb), 32<<10)
	nested := `{}`
	for range 4 {
		nested = packed(nested)
	}
	for name, test := range map[string]struct {
		answer *http.Response
		text   string // of the error; "": none
	}{
		"plain":                     {said(200, `{}`), ""},
		"packed":                    {said(200, packed(`{}`), "Content-Encoding", "gzip"), ""},
		"packed without a word":     {said(200, packed(`{}`)), ""},
		"only said to be packed":    {said(200, `{}`, "Content-Encoding", "gzip"), ""},
		"packed twice":              {said(200, packed(packed(`{}`)), "Content-Encoding", "gzip, gzip"), ""},
		"packed too often":          {said(200, nested), "answer is binary data"},
		"a bomb":                    {said(200, bomb), "answer is larger than 1 MB"},
		"a bomb in a bomb":          {said(200, packed(bomb)), "answer is larger than 1 MB"},
		"a bomb as a refusal":       {said(404, bomb), "status 404"},
		"cut":                       {said(200, packed(`{"a":1}`)[:20]), "EOF"},
		"with other bytes behind":   {said(200, packed(`{}`)+"more than a header has"), "gzip: invalid header"},
		"long by its own word":      {&http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, ContentLength: 5 << 20}, "answer is larger than 1 MB"},
		"a mark before the text":    {said(200, "\xef\xbb\xbf{}"), ""},
		"zstd, named":               {said(200, "x", "Content-Encoding", "zstd"), "compressed as zstd"},
		"something nobody knows of": {said(200, "x", "Content-Encoding", "gzip, rot13"), "compressed as rot13"},
	} {
		t.Run(name, func(t *testing.T) {
			c := ask(&server{answer: func(int, *http.Request) *http.Response { return test.answer }}, nil)
			err := c.once(t, list())
			if test.text == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.text)
			require.Less(t, len(err.Error()), 600)
		})
	}
}
