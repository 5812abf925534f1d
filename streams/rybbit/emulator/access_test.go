package emulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

func TestWhoMayReadWhat(t *testing.T) {
	const forbidden, router = `{"error":"Forbidden"}`, `{"message":"Route GET:%s not found","error":"Not Found","statusCode":404}`
	type want struct {
		g         emulator.Generation
		path, key string
		status    int
		body      string // "" for any
	}
	l, c, demo, org, few := emulator.Legacy, emulator.Current, emulator.DemoKey, emulator.OrganisationKey, emulator.SessionsKey
	for name, w := range map[string]want{
		"private, good":               {l, "/api/sessions/1", demo, 200, `{"data":[]}`},
		"private, wrong":              {l, "/api/sessions/1", "wrong", 403, forbidden},
		"private, none":               {c, "/api/sites/1/sessions", "", 403, forbidden},
		"public, wrong":               {c, "/api/sites/2/sessions", "wrong", 200, `{"data":[]}`},
		"public, none":                {l, "/api/sessions/2", "", 200, `{"data":[]}`},
		"number with a zero":          {l, "/api/sessions/01", demo, 200, ""},
		"number with a point":         {l, "/api/sessions/1.0", demo, 200, ""},
		"site by its text id":         {c, "/api/sites/shop-shop-01/sessions", demo, 200, ""},
		"unknown number":              {c, "/api/sites/99/sessions", demo, 403, forbidden},
		"short text":                  {l, "/api/sessions/abc", demo, 403, forbidden},
		"short text, current":         {c, "/api/sites/abc/sessions", demo, 500, ""},
		"long text":                   {c, "/api/sites/abcde/sessions", demo, 404, `{"error":"Site not found"}`},
		"empty site":                  {l, "/api/sessions/", demo, 400, `{"error":"Site ID required"}`},
		"another organisation's site": {c, "/api/sites/3/sessions", demo, 403, forbidden},
		"key in the query":            {c, "/api/sites/1/sessions?api_key=" + demo, "", 200, ""},
		"sites, wrong":                {l, "/api/organizations/org-1/sites", "wrong", 403, forbidden},
		"sites, another":              {c, "/api/organizations/org-2/sites", demo, 403, forbidden},
		"organisations":               {c, "/api/organizations", demo, 200, ""},
		"organisations, theirs":       {c, "/api/organizations", org, 401, `{"error":"Unauthorized"}`},
		"user's organisations":        {c, "/api/user/organizations", demo, 401, `{"error":"Unauthorized"}`},
		"version":                     {c, "/api/version", "", 200, `{"version":"2.7.0"}`},
		"version, legacy":             {l, "/api/version", "", 404, fmt.Sprintf(router, "/api/version")},
		"organisations, legacy":       {l, "/api/organizations", demo, 404, fmt.Sprintf(router, "/api/organizations")},
		"other generation":            {c, "/api/session-locations/1?a=b", demo, 404, fmt.Sprintf(router, "/api/session-locations/1?a=b")},
		"as the documents say":        {c, "/api/sites/1/session-locations", demo, 404, fmt.Sprintf(router, "/api/sites/1/session-locations")},
		"gone":                        {l, "/api/get-sites-from-org/org-1", demo, 404, ""},
		"scope, legacy":               {l, "/api/users/1", few, 200, ""},
		"scope, has it":               {c, "/api/sites/1/sessions", few, 200, ""},
		"scope, users":                {c, "/api/sites/1/users", few, 403, `{"error":"Insufficient scope","required":"users:read"}`},
		"scope, events":               {c, "/api/sites/1/events", few, 403, `{"error":"Insufficient scope","required":"events:read"}`},
		"scope, site":                 {c, "/api/sites/1", few, 403, `{"error":"Insufficient scope","required":"sites:read"}`},
		"scope, organisation":         {c, "/api/organizations/org-1/sites", few, 403, `{"error":"Insufficient scope","required":"org:read"}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := emulator.NewAccount(w.g)
			a.AddSite(emulator.Site{ID: "shop-shop-01"})
			a.AddSite(emulator.Site{Public: true})
			a.AddSite(emulator.Site{Organisation: "org-2"})
			r := send(t, emulator.New(a, noon), "GET", w.path, w.key, "")
			require.Equal(t, w.status, r.status, r.body)
			if w.body != "" {
				require.Equal(t, w.body, r.body)
			}
			require.Equal(t, "Tue, 15 Sep 2026 12:00:00 GMT", r.header.Get("Date"))
		})
	}
}

func TestWhichHeadersAreNoKey(t *testing.T) {
	s := one(t, emulator.Legacy)
	for _, authorization := range []string{"bearer " + emulator.DemoKey, "Bearer ", emulator.DemoKey, "Basic " + emulator.DemoKey} {
		r := newRequest(t, "/api/sessions/1")
		r.Header.Set("Authorization", authorization)
		r.Header.Set("X-Api-Key", emulator.DemoKey)
		response, err := s.Client().Do(r)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, 403, response.StatusCode, authorization)
	}
}

func TestAWrongKeyShowsOnAPublicSite(t *testing.T) {
	s := one(t, emulator.Current)
	require.Equal(t, true, get(t, s, "/api/sites/2", "").object()["isOwner"])
	require.Equal(t, false, send(t, s, "GET", "/api/sites/2", "wrong", "").object()["isOwner"])
}

func TestLimitsCountUntilAKeyRested(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		s := one(t, g)
		s.LimitKeys(5, 8*time.Second)
		refused := map[emulator.Generation]int{emulator.Legacy: 403, emulator.Current: 429}[g]
		var got []int
		for range 9 { // one request each two seconds, as it was run
			got = append(got, get(t, s, path(g, "sessions", 1), "").status)
			s.Advance(2 * time.Second)
		}
		require.Equal(t, []int{200, 200, 200, 200, 200, refused, refused, refused, 200}, got)

		for range 9 { // a wrong key is not counted, another one by itself
			require.Equal(t, 403, send(t, s, "GET", path(g, "sessions", 1), "wrong", "").status)
		}
		require.Equal(t, 200, send(t, s, "GET", path(g, "sessions", 1), emulator.OrganisationKey, "").status)
		for range 9 {
			get(t, s, path(g, "sessions", 1), "")
		}
		over := get(t, s, path(g, "sessions", 2), "") // the public one
		require.Empty(t, over.header.Get("Retry-After"))
		require.Equal(t, map[emulator.Generation]int{emulator.Legacy: 200, emulator.Current: 429}[g], over.status)
	}
}

func TestNewestLimits(t *testing.T) {
	s := one(t, emulator.Current)
	s.Dialect.Newest = true
	s.LimitOwners(50, 60)
	ask := func() reply { return get(t, s, "/api/sites/1/sessions", "") }
	first := ask()
	require.Equal(t, []string{"50", "49", "60", "59", "43200"}, headers(first, "X-RateLimit-Burst-Limit", "RateLimit-Remaining", "X-RateLimit-Daily-Limit", "X-RateLimit-Daily-Remaining", "X-RateLimit-Daily-Reset"))
	for range 49 {
		require.Equal(t, 200, ask().status)
	}
	burst := ask()
	require.Equal(t, 429, burst.status)
	require.JSONEq(t, `{"error":"Rate limit exceeded","scope":"burst","limit":50,"retryAfter":1}`, burst.body)
	require.Equal(t, []string{"1"}, headers(burst, "Retry-After"))
	s.Advance(10 * time.Second)
	for range 10 {
		require.Equal(t, 200, ask().status)
	}
	daily := ask()
	require.JSONEq(t, `{"error":"Rate limit exceeded","scope":"daily","limit":60,"retryAfter":43190}`, daily.body)
	require.Equal(t, []string{"43190", "0"}, headers(daily, "Retry-After", "X-RateLimit-Daily-Remaining"))
	s.Advance(12 * time.Hour)
	require.Equal(t, 200, ask().status, "another day in UTC")
}

func headers(r reply, names ...string) (list []string) {
	for _, name := range names {
		list = append(list, r.header.Get(name))
	}
	return list
}
