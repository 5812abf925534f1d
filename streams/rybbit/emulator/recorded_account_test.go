package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/rybbit/emulator"
)

// An exchange is one with a real server.
type exchange struct {
	name    string
	Note    string
	Server  string
	Request struct {
		Method, Path   string
		Query, Headers map[string]string
		Body           json.RawMessage
	}
	Response struct {
		Status  int
		Headers map[string]string
		Body    json.RawMessage
	}
}

func recordings(t *testing.T) []exchange {
	t.Helper()
	files, err := filepath.Glob("testdata/recorded/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var list []exchange
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		e := exchange{name: strings.TrimSuffix(filepath.Base(file), ".json")}
		require.NoError(t, json.Unmarshal(b, &e), file)
		list = append(list, e)
	}
	return list
}

// recordedNow is when the exchanges were made, some minutes after the live
// session.
var recordedNow = time.Date(2026, 11, 30, 23, 12, 0, 0, time.UTC)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, text)
	require.NoError(t, err)
	return at
}

// A rebuilt account is like the one behind the recordings of a generation, as
// far as they say: every session, event, site and profile that they show, and
// on 6 October as many of the others as they count.
type rebuilt struct {
	t       *testing.T
	a       *emulator.Account
	all     []exchange
	g       emulator.Generation
	known   map[string]bool // sessions
	places  map[string]int  // sessions of 6 October by place
	ties    int             // sessions of 12:00:00
	users   map[string]bool // of 6 October
	counted int             // events of 6 October that the list shows
}

func rebuild(t *testing.T, all []exchange, g emulator.Generation) *emulator.Account {
	t.Helper()
	b := &rebuilt{t: t, a: emulator.NewAccount(g), all: all, g: g, known: map[string]bool{}, places: map[string]int{}, users: map[string]bool{}}
	b.sites()
	b.byHand()
	for _, e := range all {
		b.rows(e)
	}
	b.fill()
	return b.a
}

// sites takes the organisation and its sites from their own answers.
func (b *rebuilt) sites() {
	for _, e := range b.all {
		if e.name != b.g.String()+"-org-sites" {
			continue
		}
		var body struct {
			Organization struct{ ID, Name, Slug, CreatedAt string }
			Sites        []struct {
				ID, Name, Domain, CreatedAt, CreatedBy string
				SiteID                                 int
				Public                                 bool
			}
		}
		require.NoError(b.t, json.Unmarshal(e.Response.Body, &body))
		org := body.Organization
		b.a.SetOrganisation(emulator.Organisation{ID: org.ID, Name: org.Name, Slug: org.Slug, Created: at(b.t, org.CreatedAt)})
		for _, s := range body.Sites {
			b.a.AddSite(emulator.Site{Number: s.SiteID, ID: s.ID, Name: s.Name, Domain: s.Domain, Public: s.Public, Owner: s.CreatedBy, Created: at(b.t, s.CreatedAt)})
		}
	}
	b.a.AddSite(emulator.Site{Number: 9, Name: "Big", Domain: "big.example", Owner: "USER", Created: at(b.t, "2026-11-30 22:55:09.913638")})
}

// add adds an event and counts what is known of 6 October.
func (b *rebuilt) add(e emulator.Event) {
	require.NoError(b.t, b.a.AddEvent(e))
	begins := !b.known[e.Session]
	b.known[e.Session] = true
	if e.Site > 1 || e.At.Format(time.DateOnly) != "2026-10-06" {
		return
	}
	if e.Type != "error" && e.Type != "performance" && (b.g == emulator.Current || !slices.Contains([]string{"button_click", "copy", "form_submit", "input_change"}, e.Type)) {
		b.counted++
	}
	user := e.User
	if e.Name != "" {
		user = e.Name
	}
	b.users[user] = true
	if begins {
		b.places[fmt.Sprint(e.Lat, e.City)]++
		if e.At.Format(time.TimeOnly) == "12:00:00" {
			b.ties++
		}
	}
}

// rows makes sessions and events of the rows of an answer.
func (b *rebuilt) rows(e exchange) {
	var body struct{ Data json.RawMessage }
	var rows []map[string]any
	if json.Unmarshal(e.Response.Body, &body) != nil || json.Unmarshal(body.Data, &rows) != nil || strings.Contains(e.name, "keyset") {
		return
	}
	for _, row := range rows {
		session, _ := row["session_id"].(string)
		if session == "" || b.known[session] || isLive(session) {
			continue
		}
		site := 1
		if strings.Contains(e.name, "public") {
			site = 2
		}
		if name, _ := row["identified_user_id"].(string); name != "" && row["traits"] != nil {
			traits, _ := json.Marshal(row["traits"])
			require.NoError(b.t, b.a.SetTraits(site, name, string(traits), recordedNow.AddDate(0, -3, 0)))
		}
		if row["session_end"] != nil {
			b.session(site, row)
		} else if row["user_id"] != nil {
			b.event(row)
		}
	}
}

// isLive is whether a session was made by the tracker: see byHand.
func isLive(session string) bool { return !strings.HasPrefix(session, "s0") }

// asText is the text that a column's value came from, where that is known, or
// one that it could have come from.
func asText(column string, v any) string {
	switch v := v.(type) {
	case nil:
		return map[bool]string{true: "Infinity"}[strings.HasPrefix(column, "utm_")]
	case float64:
		known := map[string]string{"utm_campaign 7": "007", "utm_campaign 100000": "1e5", "utm_content 31": "0x1F", "utm_source 0": " ",
			"utm_content 0": "-0", "utm_campaign 1": "+1", "utm_source 1.2345678901234567e+19": "12345678901234567890", "city 1": "01", "tag 7": "007", "utm_source 7": "007"}
		if text, ok := known[fmt.Sprint(column, " ", v)]; ok {
			return text
		}
		return fmt.Sprint(v)
	}
	return v.(string)
}

// visitor is what a row says of the visitor.
func visitor(row map[string]any) emulator.Event {
	text := func(column string) string { return asText(column, row[column]) }
	number := func(column string) float64 { n, _ := row[column].(float64); return n }
	return emulator.Event{
		Session: text("session_id"), User: text("user_id"), Name: text("identified_user_id"), Host: text("hostname"),
		Country: strings.Trim(text("country"), "\x00"), Region: text("region"), City: text("city"), Language: text("language"),
		Lat: number("lat"), Lon: number("lon"), Device: text("device_type"), Browser: text("browser"), BrowserVersion: text("browser_version"),
		OS: text("operating_system"), OSVersion: text("operating_system_version"), Width: int(number("screen_width")), Height: int(number("screen_height")),
		IP: text("ip"), Tag: text("tag"), Timezone: text("timezone"),
	}
}

// session makes the events that a row of the sessions list counts.
func (b *rebuilt) session(site int, row map[string]any) {
	e := visitor(row)
	e.Site = site
	query := []string{}
	for _, utm := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"} {
		if text := asText(utm, row[utm]); text != "" {
			query = append(query, utm+"="+url.QueryEscape(text))
		}
	}
	e.Query = "?" + strings.Join(query, "&")
	start, end := at(b.t, row["session_start"].(string)), at(b.t, row["session_end"].(string))
	var kinds []string
	for column, kind := range map[string]string{"pageviews": "pageview", "events": "custom_event", "errors": "error", "outbound": "outbound", "button_clicks": "button_click"} {
		n, _ := row[column].(float64)
		for range int(n) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 1 && start != end {
		kinds = append(kinds, "performance") // a type that no column counts
	}
	slices.SortFunc(kinds, func(x, y string) int { return strings.Compare(y, x) }) // page views first
	if i := slices.Index(kinds, "pageview"); i > 0 {
		kinds[0], kinds[i] = kinds[i], kinds[0]
	}
	if i := len(kinds) - 1; kinds[i] != "pageview" && row["exit_page"] != row["entry_page"] {
		k := slices.Index(kinds[1:], "pageview") + 1
		kinds[i], kinds[k] = kinds[k], kinds[i]
	}
	for i, kind := range kinds {
		e.Type, e.Path, e.At = kind, asText("entry_page", row["entry_page"]), start
		e.Referrer, e.Channel = b.came(row, i)
		if i > 0 {
			e.Query = ""
		}
		if i == len(kinds)-1 {
			e.Path, e.At = asText("exit_page", row["exit_page"]), end
		}
		b.add(e)
	}
}

// came is where the n-th event of a row says that the visitor came from.
func (b *rebuilt) came(row map[string]any, n int) (referrer, channel string) {
	if row["session_id"] == "s03723fiyhbxhg" { // its rows of the two generations differ
		return []string{"", "https://www.bing.com/"}[min(n, 1)], []string{"Internal", "Organic Search"}[min(n, 1)]
	}
	if n == 0 {
		return row["referrer"].(string), row["channel"].(string)
	}
	return "", "Internal"
}

// event makes the event that a row of the events list or of scoped_events is.
func (b *rebuilt) event(row map[string]any) {
	e := visitor(row)
	e.At, e.Type = at(b.t, row["timestamp"].(string)), row["type"].(string)
	e.Path, e.Title, e.Query = asText("pathname", row["pathname"]), asText("page_title", row["page_title"]), asText("querystring", row["querystring"])
	e.Referrer = asText("referrer", row["referrer"])
	if e.Country == "US" && e.City == "" { // scoped_events was not asked for the city
		e.Region, e.City, e.Lat, e.Lon = "US-CA", "San Francisco", 37.7749, -122.4194
	}
	if e.Country == "FR" && e.City == "" {
		e.Region, e.City, e.Lat, e.Lon = "FR-75C", "01", 48.8534, 2.3487999999999998
	}
	b.add(e)
}
