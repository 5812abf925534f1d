package emulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

var noon = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

// one is an account of two sites, one private and one public, in which
// the given events happened on the first.
func one(t *testing.T, g emulator.Generation, events ...emulator.Event) *emulator.Server {
	t.Helper()
	a := emulator.NewAccount(g)
	a.AddSite(emulator.Site{Name: "Shop", Domain: "shop.example"})
	a.AddSite(emulator.Site{Name: "Blog", Domain: "blog.example", Public: true})
	for _, e := range events {
		if e.Session == "" {
			e.Session = "s1"
		}
		if e.User == "" {
			e.User = "u1"
		}
		if e.At.IsZero() {
			e.At = noon.Add(-time.Hour)
		}
		require.NoError(t, a.AddEvent(e))
	}
	return emulator.New(a, noon)
}

func TestTextThatLooksLikeANumberComesAsOne(t *testing.T) {
	for text, want := range map[string]string{
		"007": "7", "1e5": "100000", "0x1F": "31", "0b101": "5", "0o17": "15", "1.50": "1.5", "+1": "1", "-0": "0", " ": "0", "\t7\n": "7", "\u00a07": "7",
		"Infinity": "null", "-Infinity": "null", "1e999": "null", "12345678901234567890": "12345678901234567000", "26.0": "26", "18.6": "18.6",
		".5": "0.5", "5.": "5", "1e21": "1e+21", "1e-7": "1e-7", "0.000001": "0.000001", "9007199254740993": "9007199254740992",
		"1_000": `"1_000"`, "NaN": `"NaN"`, "true": `"true"`, "null": `"null"`, "": `""`, "infinity": `"infinity"`, "-0x1F": `"-0x1F"`, "0x": `"0x"`,
		"0b102": `"0b102"`, "1e": `"1e"`, "+": `"+"`, ".": `"."`, "--1": `"--1"`, "1 000": `"1 000"`, "1,5": `"1,5"`, "٣": `"٣"`, "7\x00": `"7\u0000"`, "<&>\u2028\"\\": "\"<&>\u2028\\\"\\\\\"",
	} {
		t.Run(text, func(t *testing.T) {
			for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
				s := one(t, g, emulator.Event{Title: text})
				list := get(t, s, path(g, "events", 1), "start_date=2026-09-15&end_date=2026-09-15&time_zone=UTC")
				require.Contains(t, list.body, `"page_title":`+want+`,`)
			}
		})
	}
}

func TestTextStaysInIdsAndInsideObjects(t *testing.T) {
	for _, g := range []emulator.Generation{emulator.Legacy, emulator.Current} {
		e := emulator.Event{Session: "007", User: "1e5", Name: "0x1F", Props: `{"n":"007"}`, EventName: "5", Type: "custom_event"}
		s := one(t, g, e)
		require.NoError(t, s.Account.SetTraits(1, "0x1F", `{"zip":"01"}`, noon.Add(-time.Hour)))
		list := get(t, s, path(g, "sessions", 1), "").body
		for _, part := range []string{`"session_id":"007"`, `"user_id":"1e5"`, `"identified_user_id":"0x1F"`, `"traits":{"zip":"01"}`} {
			require.Contains(t, list, part)
		}
		require.Contains(t, get(t, s, path(g, "users", 1), "").body, `"effective_user_id":"0x1F"`)
		detail := "/api/sites/1/sessions/007"
		if g == emulator.Legacy {
			detail = "/api/sessions/007/1"
		}
		require.Contains(t, get(t, s, detail, "").body, `"event_name":5,"props":{"n":"007"}`)
	}
}

func TestPropsAndTraitsAreLaidOutAsTheDatabasesDo(t *testing.T) {
	props := `{"b":1,"a.x":2,"a":{"y":3.5},"10":true,"9":[9007199254740993,-1]}`
	traits := `{"plan":"pro","a":1,"bb":{"z":1,"y":12345678901},"2":0,"a":2}`
	for g, want := range map[emulator.Generation][2]string{
		emulator.Legacy:  {`"props":{"9":["9007199254740993","-1"],"10":true,"a":{"x":"2","y":3.5},"b":"1"}`, `"properties":"{\"10\":true,\"9\":[\"9007199254740993\",\"-1\"],\"a\":{\"x\":\"2\",\"y\":3.5},\"b\":\"1\"}"`},
		emulator.Current: {`"props":{"9":[9007199254740992,-1],"10":true,"a":{"x":2,"y":3.5},"b":1}`, `"properties":"{\"10\":true,\"9\":[9007199254740993,-1],\"a\":{\"x\":2,\"y\":3.5},\"b\":1}"`},
	} {
		s := one(t, g, emulator.Event{Props: props, Type: "custom_event", Name: "n"})
		require.NoError(t, s.Account.SetTraits(1, "n", traits, noon.Add(-time.Hour)))
		detail := "/api/sites/1/sessions/s1"
		if g == emulator.Legacy {
			detail = "/api/sessions/s1/1"
		}
		require.Contains(t, get(t, s, detail, "").body, want[0])
		require.Contains(t, get(t, s, path(g, "events", 1), "start_date=2026-09-15&end_date=2026-09-15&time_zone=UTC").body, want[1])
		require.Contains(t, get(t, s, path(g, "sessions", 1), "").body, `"traits":{"2":0,"a":2,"bb":{"y":12345678901,"z":1},"plan":"pro"}`)
	}
	a := emulator.NewAccount(emulator.Legacy)
	a.AddSite(emulator.Site{})
	require.ErrorContains(t, a.AddEvent(emulator.Event{Session: "s", User: "u", Props: `[1]`}), "an object is wanted")
	require.ErrorContains(t, a.SetTraits(1, "n", `7`, noon), "an object is wanted")
	require.ErrorContains(t, a.AddEvent(emulator.Event{Session: "s", User: "u", Type: "click"}), `type "click"`)
}

func TestNoCountryIsTwoNULs(t *testing.T) {
	s := one(t, emulator.Current, emulator.Event{})
	body := get(t, s, path(emulator.Current, "sessions", 1), "").body
	require.Contains(t, body, `"country":"\u0000\u0000","region":"","city":""`)
	require.Contains(t, body, `"ip":null,"lat":0,"lon":0,`)
	require.False(t, strings.HasSuffix(body, "\n"), "the router adds none")
}
