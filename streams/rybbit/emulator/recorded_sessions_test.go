package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// byHand adds the sessions of which the recordings show more than a row of a
// list: single events, or columns that no event alone explains.
func (b *rebuilt) byHand() {
	across := emulator.Event{Session: "s03501agwpbqjg", User: "68d52eb618ede6c3", Host: "shop.example", Country: "NA", Region: "NA-KH", City: "Windhoek",
		Lat: -22.5594, Lon: 17.0832, Language: "ja", Device: "Desktop", Browser: "Edge", BrowserVersion: "141.0", OS: "Linux", Width: 1440, Height: 1080,
		IP: "203.0.113.11", Tag: "007"}
	b.steps(across, []emulator.Event{
		{At: at(b.t, "2026-10-01 23:58:30"), Path: "/404", Title: "404", Query: "?utm_source=partner&utm_campaign=1e5&utm_content=0x1F",
			Referrer: "https://news.ycombinator.com/item?id=1", Channel: "Referral"},
		{At: at(b.t, "2026-10-01 23:59:59"), Path: "/signup", Title: "Signup"},
		{At: at(b.t, "2026-10-02 00:00:00"), Type: "custom_event", Path: "/docs/api", Title: "Docs/Api", EventName: "1e5", Props: `{"flag":true,"big":"9007199254740993"}`},
		{At: at(b.t, "2026-10-02 00:00:30"), Path: "/1e5", Title: "1e5"},
	})

	phone := emulator.Event{Session: "s00009nvkxjrtc", User: "95b14b065d32e427", Host: "shop.example", Country: "GB", Region: "GB-ENG", City: "London",
		Lat: 51.5074, Lon: -0.1278, Language: "en-US", Device: "Mobile", Browser: "Mobile Safari", BrowserVersion: "26.0", OS: "Android", OSVersion: "16",
		Width: 390, Height: 1080, Tag: "007"}
	b.steps(phone, []emulator.Event{
		{At: at(b.t, "2026-10-06 22:33:50"), Path: "/%E6%97%A5", Channel: "Direct"},
		{At: at(b.t, "2026-10-06 22:34:00"), Path: "/docs", Channel: "Direct"},
		{At: at(b.t, "2026-10-06 22:35:00"), Path: "/docs", Channel: "Direct", Type: "custom_event", EventName: "signup"},
		{At: at(b.t, "2026-10-06 22:36:00"), Path: "/docs", Channel: "Direct", Type: "outbound"},
		{At: at(b.t, "2026-10-06 22:37:00"), Path: "/blog", Channel: "Direct"},
		{At: at(b.t, "2026-10-06 22:43:27"), Path: "/1e5", Channel: "Direct", Title: "1e5"},
		{At: at(b.t, "2026-10-06 22:43:28"), Path: "/1e5", Channel: "Direct", Title: "1e5", Type: "custom_event", EventName: "404", Props: `{"sku":"007","n":5,"price":19.5}`},
		{At: at(b.t, "2026-10-06 22:48:04"), Path: "/404", Channel: "Direct", Title: "404"},
	})

	moves := emulator.Event{Session: "s03588gktufnrh", User: "9a4a31b48b4a1ef6", Host: "shop.example", Country: "NA", Region: "NA-KH", City: "Windhoek",
		Language: "fr", Device: "Mobile", Browser: "Chrome", BrowserVersion: "141.0", OS: "iOS", OSVersion: "26.0", Width: 1920, Height: 900, IP: "2001:db8::c982"}
	b.steps(moves, []emulator.Event{
		{At: at(b.t, "2026-10-05 13:53:20"), Path: "/checkout", Title: "Checkout", Query: "?utm_source=a&utm_campaign=true&utm_content=-0", Channel: "Direct"},
		{At: at(b.t, "2026-10-05 13:54:00"), Path: "/docs"}, {At: at(b.t, "2026-10-05 13:54:40"), Path: "/docs"},
		{At: at(b.t, "2026-10-05 13:55:20"), Path: "/docs"}, {At: at(b.t, "2026-10-05 13:56:00"), Path: "/docs"},
		{At: at(b.t, "2026-10-05 13:56:40"), Path: "/pricing", City: "東京", Country: "JP"},
	})

	alone := emulator.Event{Session: "s03590tbzqkqsh", User: "3c35612e4a8d15d8", Country: "BR", Region: "BR-SP", City: "São Paulo", Language: "fr", Device: "Desktop",
		Browser: "Safari", BrowserVersion: "18.6", OS: "Windows", OSVersion: "10", Height: 900, IP: "203.0.113.148"}
	b.steps(alone, []emulator.Event{{At: at(b.t, "2026-10-05 14:26:40"), Type: "performance", Channel: "Referral", Referrer: "https://news.ycombinator.com/item?id=1"}})

	b.crowd()
	b.live()
	b.steps(emulator.Event{Session: "s01342bixmwzpe", User: "u1"}, []emulator.Event{{At: at(b.t, "2026-10-01 00:29:38"), Channel: "Direct"}})
	for i := range 600 { // so that there are more than 1,000 events
		b.steps(emulator.Event{Session: fmt.Sprintf("s09%03d", i%300), User: "u2"}, []emulator.Event{{At: at(b.t, "2026-11-10 08:00:00").Add(time.Duration(i) * time.Second), Channel: "Direct"}})
	}
}

// crowd is a session of 240 events, 40 in each second.
func (b *rebuilt) crowd() {
	crowd := emulator.Event{Session: "s03591fyuhqvtt", User: "fcef921586143e14", Host: "shop.example", Country: "GB", Region: "GB-ENG", City: "London", Language: "fr",
		Device: "Mobile", Browser: "Mobile Safari", BrowserVersion: "26.0", OS: "iOS", OSVersion: "26.0", Width: 1920, Height: 844, Path: "/", Title: "Home", Channel: "Direct"}
	var list []emulator.Event
	for i := range 240 {
		e := emulator.Event{At: at(b.t, "2026-10-05 14:43:20").Add(time.Duration(i/40) * time.Second), Type: "custom_event", EventName: "purchase", Channel: "Direct",
			Path: "/", Title: "Home", Props: []string{``, `{"deep":{"b":"ß","a":[1,2]}}`, `{"a.b":1}`}[i%3]}
		if i == 0 {
			e.Type, e.EventName, e.Props = "pageview", "", ""
		}
		list = append(list, e)
	}
	b.steps(crowd, list)
}

// live is the session that the tracker made: two equal events in one second.
func (b *rebuilt) live() {
	id := map[emulator.Generation]string{emulator.Legacy: "U1haTOSh4Y_6Xg", emulator.Current: "YefOwP1ybcuOkt"}[b.g]
	visitor := emulator.Event{Session: id, User: "7a46cc904b12", Name: "user-000", Host: "shop.example", Language: "en-US", Device: "Desktop",
		Browser: "Chrome", BrowserVersion: "141", OS: "Linux", Width: 1920, Height: 1080}
	step := emulator.Event{At: at(b.t, "2026-11-30 23:08:14"), Path: "/live", Title: "404", Query: "?utm_source=007", Referrer: "https://www.google.com/", Channel: "Referral"}
	b.steps(visitor, []emulator.Event{step, step})
	require.NoError(b.t, b.a.SetTraits(1, "user-000", `{"seats":1,"plan":"enterprise"}`, step.At))
}

// steps adds events of one visitor. The later ones come from inside.
func (b *rebuilt) steps(visitor emulator.Event, steps []emulator.Event) {
	for i, step := range steps {
		e := visitor
		e.At, e.Type, e.Path, e.Title, e.Query, e.EventName, e.Props = step.At, step.Type, step.Path, step.Title, step.Query, step.EventName, step.Props
		e.Referrer, e.Channel = step.Referrer, step.Channel
		if i > 0 && e.Channel == "" {
			e.Channel = "Internal"
		}
		if step.City != "" {
			e.City, e.Country = step.City, step.Country
		}
		b.add(e)
	}
}

// fill adds sessions to 6 October until there are as many of each place, of
// the second 12:00:00, of users and of events as were recorded.
func (b *rebuilt) fill() {
	var body struct {
		Data []struct {
			Lat, Lon float64
			City     any
			Country  string
			Count    int
		}
	}
	for _, e := range b.all {
		if e.name == "legacy-session-locations" {
			require.NoError(b.t, json.Unmarshal(e.Response.Body, &body))
		}
	}
	n, last := 0, emulator.Event{}
	for _, place := range body.Data {
		city := asText("city", place.City)
		for range place.Count - b.places[fmt.Sprint(place.Lat, city)] {
			e := emulator.Event{Session: fmt.Sprintf("s8%04d", n), User: fmt.Sprintf("fill-%d", n), Channel: "Direct", Host: "shop.example", Path: "/",
				Country: strings.Trim(place.Country, "\x00"), City: city, Lat: place.Lat, Lon: place.Lon, At: at(b.t, "2026-10-06 12:00:00")}
			if b.ties >= 320 {
				e.At = at(b.t, "2026-10-06 09:00:00").Add(time.Duration(n) * time.Second)
			}
			if len(b.users) >= 233 {
				e.User = "fill-0"
			}
			b.add(e)
			n, last = n+1, e
		}
	}
	for b.counted < 644 {
		last.Type = "outbound"
		b.add(last)
	}
}
