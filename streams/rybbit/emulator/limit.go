package emulator

import (
	"net/http"
	"strconv"
	"time"

	"tap-reprise/internal/localapi"
)

// Limits
//
// Behaviour: a key takes so many requests until it rested for a whole span:
// a steady reader is stopped after that many, however slowly it asks. On Legacy
// a key over its limit is no key, so a private site says 403 and a public one
// goes on; no header says so. On Current it is 429, without Retry-After.
//
// Newest: a bucket for each owner of keys, and a quota for the day in UTC; every
// answer to a good key says in headers what is left, and a 429 which limit it
// was and when to come again.
//
// Source: recorded (*-rate-limited), run; Newest: code, its headers' names are
// those of the notes with -Limit, -Remaining and -Reset, which is assumed.

// LimitKeys lets each key take count requests until it rested for per. Legacy
// servers give new keys 500 per ten minutes, the vendor's cloud 20 or 200 a
// minute; self-hosted Current ones have no limit. Call it before the first
// request.
func (s *Server) LimitKeys(count int, per time.Duration) {
	s.Limits = []localapi.Limit{{Name: "key", Count: count, Per: per, How: localapi.Quiet, Key: func(c *localapi.Call) string {
		if key := s.key(c.Request); key != nil {
			return key.Text
		}
		return ""
	}}}
	s.Refused = func(c *localapi.Call, _ localapi.Refusal) *answer {
		if s.generation() == Legacy {
			return s.respond(c, nil)
		}
		return s.refuse(http.StatusTooManyRequests, "Rate limit exceeded")
	}
}

// LimitOwners gives each owner of keys a bucket of burst requests, which is
// filled again within ten seconds, and daily requests a day. The vendor's cloud
// has 50, and 5,000 or 25,000. It is for [Dialect.Newest]; call it before
// the first request.
func (s *Server) LimitOwners(burst, daily int) {
	owner := func(c *localapi.Call) string {
		switch key := s.key(c.Request); {
		case key == nil:
			return ""
		case key.OfOrganisation:
			return "organisation " + key.Organisation
		}
		return "user"
	}
	s.Limits = []localapi.Limit{
		{Name: "burst", Count: burst, Per: 10 * time.Second, How: localapi.Bucket, Key: owner},
		{Name: "daily", Count: daily, Per: 24 * time.Hour, How: localapi.Fixed, Key: owner},
	}
	s.Refused = func(c *localapi.Call, r localapi.Refusal) *answer {
		wait, _ := strconv.Atoi(r.Seconds())
		a := s.answer(http.StatusTooManyRequests, object{
			{"error", "Rate limit exceeded"}, {"scope", r.Limit.Name}, {"limit", r.Limit.Count}, {"retryAfter", wait},
		}, 0)
		return s.withLimits(c, a.With("Retry-After", r.Seconds()))
	}
}

// withLimits adds the headers of the newest servers.
func (s *Server) withLimits(c *localapi.Call, a *answer) *answer {
	if !s.Dialect.Newest {
		return a
	}
	for _, left := range s.Left(c) {
		prefixes := []string{"X-RateLimit-Burst-", "RateLimit-"}
		if left.Limit.Name == "daily" {
			prefixes = []string{"X-RateLimit-Daily-"}
		}
		for _, prefix := range prefixes {
			a.With(prefix+"Limit", strconv.Itoa(left.Limit.Count))
			a.With(prefix+"Remaining", strconv.Itoa(left.Remaining))
			a.With(prefix+"Reset", strconv.Itoa(int((left.Wait+time.Second-1)/time.Second)))
		}
	}
	return a
}
