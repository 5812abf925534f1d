package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"tap-reprise/internal/localapi"
)

// BenchmarkPage measures a page of 10,000 rows out of an account of some
// 900,000 events, as the server prints it.
func BenchmarkPage(b *testing.B) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := New(NewAccount(Options{Seed: 1, Start: start, Days: 100, SessionsPerDay: 1000}), start.AddDate(0, 0, 200))
	token, _ := s.mint()
	s.Account.view(start) // builds the index
	for name, q := range map[string]url.Values{
		"one day":              {"start_timestamp": {"2026-02-01 00:00:00"}, "end_timestamp": {"2026-02-02 00:00:00"}},
		"end of the whole":     {"start_timestamp": {"2026-01-01 00:00:00"}, "limit": {"10000"}, "offset": {"870000"}},
		"one row of the whole": {"start_timestamp": {"2026-01-01 00:00:00"}, "limit": {"1"}, "offset": {"870000"}},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, pipesPath+"replay_session_activity.json?"+q.Encode(), nil)
			r.Header.Set("Authorization", "Bearer "+token)
			rows := 0
			for b.Loop() {
				a := s.answer(&localapi.Call{Request: r})
				if err := a.Body(io.Discard); err != nil {
					b.Fatal(err)
				}
				rows = a.Rows
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
