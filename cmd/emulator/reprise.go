package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"tap-reprise/internal/localapi"
	"tap-reprise/streams/reprise/emulator"
)

// reprise serves the demo account, or a generated one.
func reprise(o options) (*fake, error) {
	server, err := emulator.Demo(false), error(nil)
	if o.days != 0 {
		server, err = generated(o)
	}
	if err != nil {
		return nil, err
	}
	if o.odd {
		server.Dialect.Extra = oddColumns
	}
	return &fake{
		control: localapi.Control{
			Server: &server.Server,
			Truth:  func(pipe string, q url.Values) (any, error) { return truth(server, pipe, q) },
			Noun:   "pipe",
			Page:   pagePipe,
		},
		announce: func(address string) map[string]string {
			server.APIURL = address
			return map[string]string{
				"token_url": address + emulator.TokenPath,
				"key":       server.Key,
				"start":     emulator.DemoStart.Format(time.RFC3339),
			}
		},
	}, nil
}

// generated serves an account whose clock stands at its start, moved by at, or
// at its end.
func generated(o options) (*emulator.Server, error) {
	account := emulator.NewAccount(emulator.Options{Seed: o.seed, Start: emulator.DemoStart, Days: o.days, SessionsPerDay: o.sessions})
	now := emulator.DemoStart.Add(o.at)
	if o.at == 0 {
		now = emulator.DemoStart.AddDate(0, 0, o.days)
	}
	return emulator.New(account, now), changeSoon(account, now)
}

// changeSoon makes the day that follows now an eventful one: a demo and a link
// are renamed, a demo is published again, a link is deleted.
func changeSoon(a *emulator.Account, now time.Time) error {
	replays, links := a.Replays(), a.Links()
	if len(replays) < 2 || len(links) < 2 {
		return nil
	}
	if err := a.Rename(replays[0], "Produktführung 2.0 🎉", now.Add(3*time.Hour)); err != nil {
		return err
	}
	if err := a.Rename(links[0], "Website (\"new\")\t\\", now.Add(5*time.Hour)); err != nil {
		return err
	}
	if _, err := a.PublishAgain(replays[1], now.Add(7*time.Hour)); err != nil {
		return err
	}
	return a.Delete(links[1], now.Add(20*time.Hour))
}

// pagePipe is the pipe that r wants a page of, or "" if it wants no more than
// two rows: such a request asks what columns or whether rows there are.
func pagePipe(r *http.Request) string {
	if n, err := strconv.Atoi(r.FormValue("limit")); err == nil && n <= 2 {
		return ""
	}
	return strings.TrimSuffix(path.Base(r.URL.Path), ".json")
}

// A column is an entry of an answer's meta.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// truth is the rows that a pipe holds now, in the documented order, each value
// in the digits and letters in which it is stored.
func truth(s *emulator.Server, pipe string, query url.Values) (any, error) {
	if err := s.Check(pipe, query); err != nil {
		return nil, err
	}
	meta := []column{}
	for _, c := range s.Columns(pipe, query) {
		meta = append(meta, column{c.Name, c.Type})
	}
	rows := s.Truth(pipe, query)
	data := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		data[i] = object(row)
	}
	return map[string]any{"meta": meta, "data": data}, nil
}

// object is a row as a JSON object, its literals untouched.
func object(row emulator.Row) json.RawMessage {
	b := []byte{'{'}
	for i, cell := range row {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(cell.Name)
		if err != nil {
			panic(err) // a string always encodes
		}
		b = append(append(append(b, name...), ':'), cell.JSON...)
	}
	return append(b, '}')
}
