package localapi

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"
)

// A Fault is what goes wrong with one answer. The zero Fault changes nothing;
// fields combine.
//
// A redirect is a Status of 302 with a Location in Header, a page of a proxy a
// Body of HTML, a pause that the API asks for a Status of 429 with Retry-After
// in Header, and a body that is not the gzip it claims to be a Content-Encoding
// in Header.
type Fault struct {
	// Status and Body replace the answer. A Body without a Status is a 200; a
	// Status without a Body gets the words the API has for it. Content-Type
	// follows the first letter of Body: JSON for {, HTML for <, else text.
	Status int
	Body   string

	// Header is added to the answer's, in place of equal names.
	Header http.Header

	// Reset breaks the connection before anything is answered.
	Reset bool

	// CutAt breaks the connection after so many bytes of the body, counted
	// before gzip, or at its end if it is shorter. Negative: right after the
	// headers.
	CutAt int

	// WrongLength is added to the Content-Length, which the answer then names
	// in any case, and goes out plain. If fewer bytes come than it names, the
	// connection breaks; if more, the client does not see them.
	WrongLength int

	// Stall is a pause before the answer, or after StallAt bytes of the body.
	Stall   time.Duration
	StallAt int

	// Drip is a pause after every DripBytes of the body.
	Drip time.Duration

	// Rewrite, if set, changes the whole body, before cuts and gzip.
	Rewrite func(body []byte) []byte

	// Own is what goes wrong inside the API itself. Server.API finds it in its
	// Call; the fake's package says what it understands.
	Own any
}

// answer is the answer that f brings along; nil if it brings none.
func (f *Fault) answer() *Answer {
	if f.Body == "" {
		return nil
	}
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	kind := "text/plain; charset=utf-8"
	switch body := strings.TrimSpace(f.Body); {
	case strings.HasPrefix(body, "{"):
		kind = ContentTypeJSON
	case strings.HasPrefix(body, "<"):
		kind = "text/html"
	}
	return Text(status, kind, f.Body)
}

// pause waits for d and reports whether the client was still there at its end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// reset breaks the connection: with a TCP reset on a socket, by panicking with
// http.ErrAbortHandler in process. It does not return.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0) //nolint:errcheck // an orderly close is the next best
		}
		conn.Close()
	}
	panic(http.ErrAbortHandler)
}
