package rybbit_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/localapi"
	"tap-reprise/internal/program"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/streams/rybbit/harness"
)

var (
	onLegacy  = emulator.Dialect{}
	onCurrent = emulator.Dialect{Generation: emulator.Current}
	onNewest  = emulator.Dialect{Generation: emulator.Current, Newest: true}
)

// TestLimits meets the limit of a key in the middle of a run: the run waits as long as
// the server needs, and has every row.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		dialect     emulator.Dialect
		limit       func(s *emulator.Server)
		least, most time.Duration
	}{
		"legacy: 403, and ten minutes": {onLegacy, func(s *emulator.Server) { s.LimitKeys(6, 10*time.Minute) }, 10 * time.Minute, 2 * time.Hour},
		"current: 429, and a minute":   {onCurrent, func(s *emulator.Server) { s.LimitKeys(6, time.Minute) }, time.Minute, 15 * time.Minute},
		"newest: a bucket":             {onNewest, func(s *emulator.Server) { s.LimitOwners(5, 5000) }, time.Second, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := server(c.dialect, small)
				s.Ticks = true
				c.limit(s)
				began := time.Now()
				run := harness.Run{Server: s, Select: harness.Streams, Config: harness.Config{"concurrency": 1}}
				out := run.Do(t)
				require.Equal(t, 0, out.Code, out.Stderr)
				complete(t, run, out)
				require.GreaterOrEqual(t, time.Since(began), c.least)
				require.LessOrEqual(t, time.Since(began), c.most)
			})
		})
	}
}

// TestDailyQuota ends a run that has used the day up, however patient its config: what
// was read stays, and the last line says when to come back.
func TestDailyQuota(t *testing.T) {
	for _, minutes := range []int{15, 1440} {
		synctest.Test(t, func(t *testing.T) {
			s := server(onNewest, small)
			s.Ticks = true
			s.LimitOwners(50, 6)
			run := harness.Run{Server: s, Config: harness.Config{"retry_minutes": minutes}}
			began := s.Now()
			first := run.Do(t)
			require.Equal(t, program.ExitRetry, first.Code, first.Stderr)
			require.Less(t, s.Now().Sub(began), time.Hour)
			require.Regexp(t, "wants none for 12h|no requests for another 12h", first.Stderr)
			require.NotEmpty(t, first.State())
			s.Advance(oneDay)
			s.LimitOwners(50, 5000)
			complete(t, run, first, "sites", "sessions")
		})
	}
}

// TestKeys sends keys that are wrong, weaker, or an organisation's.
func TestKeys(t *testing.T) {
	sessions := []string{"sessions"}
	for name, c := range map[string]struct {
		dialect emulator.Dialect
		config  harness.Config
		streams []string
		code    int
		says    string
	}{
		"wrong, legacy, organization":         {onLegacy, harness.Config{"api_key": "wrong"}, nil, program.ExitAuth, "403"},
		"wrong, current, organization":        {onCurrent, harness.Config{"api_key": "wrong"}, nil, program.ExitAuth, "403"},
		"wrong, current, nothing":             {onCurrent, harness.Config{"api_key": "wrong", "organization": nil}, nil, program.ExitAuth, ""},
		"wrong, private site, legacy":         {onLegacy, harness.Config{"api_key": "wrong", "organization": nil, "sites": []string{"1"}}, sessions, program.ExitAuth, "403"},
		"wrong, private site, current":        {onCurrent, harness.Config{"api_key": "wrong", "organization": nil, "sites": []string{"1"}}, sessions, program.ExitAuth, "403"},
		"wrong, public site, current":         {onCurrent, harness.Config{"api_key": "wrong", "organization": nil, "sites": []string{"2"}}, sessions, program.ExitAuth, "public"},
		"wrong, public site, legacy":          {onLegacy, harness.Config{"api_key": "wrong", "organization": nil, "sites": []string{"2"}}, sessions, 0, "does not show whether a key is good"},
		"sessions only, listed site":          {onCurrent, harness.Config{"api_key": emulator.SessionsKey, "organization": nil, "sites": []string{"1"}}, sessions, 0, ""},
		"sessions only, users too":            {onCurrent, harness.Config{"api_key": emulator.SessionsKey, "organization": nil, "sites": []string{"1"}}, []string{"sessions", "users"}, program.ExitAuth, "users:read"},
		"sessions only, organization":         {onCurrent, harness.Config{"api_key": emulator.SessionsKey}, sessions, program.ExitAuth, "org:read"},
		"organisation's, organization":        {onCurrent, harness.Config{"api_key": emulator.OrganisationKey}, nil, 0, ""},
		"organisation's, nothing":             {onCurrent, harness.Config{"api_key": emulator.OrganisationKey, "organization": nil}, nil, program.ExitAuth, "an organization's"},
		"user's, nothing":                     {onCurrent, harness.Config{"organization": nil}, nil, 0, ""},
		"legacy, nothing":                     {onLegacy, harness.Config{"organization": nil}, nil, program.ExitConfig, "organization"},
		"wrong organization, legacy":          {onLegacy, harness.Config{"organization": "org-9"}, nil, program.ExitAuth, "403"},
		"wrong organization, current":         {onCurrent, harness.Config{"organization": "org-9"}, nil, program.ExitAuth, "403"},
		"no site of the organization":         {onCurrent, harness.Config{"sites": []string{"9"}}, nil, program.ExitConfig, "item 1"},
		"unknown number":                      {onCurrent, harness.Config{"organization": nil, "sites": []string{"99"}}, sessions, program.ExitAuth, "403"},
		"unknown text":                        {onCurrent, harness.Config{"organization": nil, "sites": []string{"abcde"}}, sessions, program.ExitConfig, "Site not found"},
		"text id, current":                    {onCurrent, harness.Config{"organization": nil, "sites": []string{"a11ce0000001"}}, sessions, 0, ""},
		"text id, with organization, legacy":  {onLegacy, harness.Config{"sites": []string{"a11ce0000001"}}, sessions, 0, ""},
		"text id, legacy, no organization":    {onLegacy, harness.Config{"organization": nil, "sites": []string{"a11ce0000001"}}, sessions, program.ExitConfig, "number"},
		"sites in a list, with a zero before": {onLegacy, harness.Config{"organization": nil, "sites": []string{"1", "2"}}, sessions, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := server(c.dialect, small)
				out := harness.Run{Server: s, Config: c.config, Select: c.streams}.Do(t)
				require.Equal(t, c.code, out.Code, out.Stderr)
				require.Contains(t, out.Stderr, c.says)
				require.LessOrEqual(t, strings.Count(out.Stderr, "does not show whether"), 1)
				for _, key := range []string{emulator.DemoKey, emulator.OrganisationKey, emulator.SessionsKey} {
					require.NotContains(t, out.Stdout+out.Stderr, key)
				}
				if c.code == program.ExitAuth && c.streams == nil {
					require.NotContains(t, out.Stdout, "RECORD")
				}
				test := harness.Run{Server: s, Config: c.config, Select: c.streams, Args: []string{"--test"}}.Do(t)
				if !strings.Contains(name, "users too") {
					require.Equal(t, c.code, test.Code, test.Stderr)
				}
			})
		})
	}
}

// TestAddresses takes what people paste.
func TestAddresses(t *testing.T) {
	for _, address := range []string{"https://stats.example", "https://stats.example/", "https://stats.example/api", "https://stats.example/api/", " https://stats.example/api// "} {
		synctest.Test(t, func(t *testing.T) {
			s := server(onCurrent, small)
			s.Fault = func(r *http.Request) *localapi.Fault {
				require.Equal(t, "stats.example", r.Host)
				require.NotContains(t, r.URL.Path, "//")
				return nil
			}
			run := harness.Run{Server: s, Config: harness.Config{"base_url": address}}
			out := run.Do(t)
			require.Equal(t, 0, out.Code, out.Stderr)
			complete(t, run, out, "sites", "sessions")
		})
	}
	synctest.Test(t, func(t *testing.T) {
		out := harness.Run{Server: server(onCurrent, small), Config: harness.Config{"base_url": "http://stats.example"}}.Do(t)
		require.Equal(t, program.ExitConfig, out.Code, out.Stderr)
	})
}

// TestNothingOfAWindowThatIsIgnored: a server, or a proxy, that answers with all of
// history loads nothing.
func TestNothingOfAWindowThatIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := server(onLegacy, emulator.Options{Seed: 9, Days: 12, SessionsPerDay: 5})
		ignore := func(r *http.Request) *localapi.Fault {
			q := r.URL.Query()
			q.Del("time_zone")
			r.URL.RawQuery = q.Encode()
			return nil
		}
		s.Fault = nil
		out := harness.Run{Server: s, Config: harness.Config{"start_date": "2026-07-06"}, Transport: func(next http.RoundTripper) http.RoundTripper {
			return round(func(r *http.Request) (*http.Response, error) { ignore(r); return next.RoundTrip(r) })
		}, Select: []string{"sessions"}}.Do(t)
		require.Equal(t, program.ExitData, out.Code, out.Stderr)
		require.NotContains(t, out.Stdout, `"RECORD"`)
		require.Contains(t, out.LastLine(), "does not keep to the window")
	})
}

type round func(r *http.Request) (*http.Response, error)

func (f round) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestOutage: a server that is down is not waited for once for each site.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := account(t, onCurrent, visit("s1", harness.Start.Add(time.Hour)))
		for range 9 {
			a.AddSite(emulator.Site{Name: "Blog", Domain: "blog.example"})
		}
		s := emulator.New(a, harness.Start.Add(oneDay))
		s.Dialect = onCurrent
		s.Fault = func(r *http.Request) *localapi.Fault {
			if !asksFor("sessions", r) {
				return nil
			}
			return &localapi.Fault{Status: http.StatusServiceUnavailable}
		}
		began := time.Now()
		out := harness.Run{Server: s}.Do(t)
		require.Equal(t, program.ExitRetry, out.Code, out.LastLine())
		require.Less(t, time.Since(began), 18*time.Minute)
		require.GreaterOrEqual(t, time.Since(began), 15*time.Minute, "retry_minutes")
	})
}
