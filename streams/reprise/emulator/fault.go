package emulator

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"
)

// A Fault is what goes wrong with one answer. The zero Fault changes nothing;
// fields combine.
type Fault struct {
	// Status and Body replace the answer. A Body without a Status is a 200; a
	// Status without a Body gets the words the API has for it.
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

	// Stall is a pause before the answer, or after StallAt bytes of the body.
	Stall   time.Duration
	StallAt int

	// Drip is a pause after every 4 KiB of the body.
	Drip time.Duration

	// Exception ends a data answer after half of its rows with the
	// "exception" key that ClickHouse adds when a query breaks after its 200.
	Exception bool

	// RawException ends it inside a row with the bare exception text instead,
	// as ClickHouse does where the format has no place for it. The connection
	// ends in order.
	RawException bool

	// MoreRows is added to the "rows" that a data answer claims.
	MoreRows int

	// Rewrite, if set, changes the whole body, before cuts and gzip.
	Rewrite func(body []byte) []byte
}

const exceptionText = "Code: 241. DB::Exception: Memory limit (for query) exceeded: " +
	"would use 9.32 GiB, maximum: 9.31 GiB. (MEMORY_LIMIT_EXCEEDED)"

// answer is the answer that f puts in place of the real one; nil if none.
func (f *Fault) answer(r *http.Request) *answer {
	status := f.Status
	switch {
	case status == 0 && f.Body == "":
		return nil
	case status == 0:
		status = http.StatusOK
	case f.Body == "":
		return failure(status, r.URL.Path == TokenPath)
	}
	a := text(status, f.Body)
	if !strings.HasPrefix(strings.TrimSpace(f.Body), "{") {
		a.with("Content-Type", "text/plain; charset=utf-8")
	}
	return a
}

// failure answers with the words that the API, or the proxy before it, has for
// a status.
func failure(status int, token bool) *answer {
	switch {
	case token && status == http.StatusUnauthorized:
		return refuse(status, "invalid_or_revoked_key")
	case token && status == http.StatusForbidden:
		return refuse(status, "api_access_not_enabled")
	case token && status == http.StatusServiceUnavailable:
		return refuse(status, "warehouse_jwt_not_configured")
	case status == http.StatusForbidden:
		return refuse(status, "Invalid authentication token: expired")
	case status == http.StatusRequestTimeout:
		return refuse(status, timeoutText)
	case status == http.StatusRequestEntityTooLarge:
		return refuse(status, tooLargeText)
	case status == http.StatusTooManyRequests:
		return refuse(status, rateText)
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		name := http.StatusText(status)
		return text(status, "<html>\r\n<head><title>"+name+"</title></head>\r\n<body>"+name+"</body>\r\n</html>\r\n").
			with("Content-Type", "text/html")
	}
	return refuse(status, http.StatusText(status))
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
