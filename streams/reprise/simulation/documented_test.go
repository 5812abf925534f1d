package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

// A documented loop syncs as the vendor's page says (Reprise Data API, sections
// 3 and 6): a full window first, then a cursor on the largest value of the
// batch before, each batch by offset until rows_before_limit_at_least says that
// nothing is left. The page tells no loop for replay_metrics.
type documented struct {
	server *emulator.Server
	house  *warehouse
	limit  int
	cursor map[string]string
	token  string

	requests, rows, failed int
}

// cursors are the columns that the page bases each cursor on, and its parameter.
var cursors = map[string][2]string{
	activity:  {"create_at", "since_created_at"},
	summaries: {"session_created_at", "since_created_at"},
	lives:     {"session_date", "since_created_at"},
	feed:      {"ingested_at", "since_ingested_at"},
}

// run syncs all streams once. Killed, it has written rows but kept no cursor.
func (d *documented) run(killed bool) {
	next := map[string]string{}
	for _, stream := range []string{activity, summaries, lives, feed} {
		max, err := d.sync(stream)
		if err != nil {
			d.failed++
			return
		}
		next[stream] = max
	}
	for stream, max := range next {
		if !killed && max != "" {
			d.cursor[stream] = max
		}
	}
}

// sync writes what is new in a stream and returns the largest value seen.
func (d *documented) sync(stream string) (max string, err error) {
	q := url.Values{"limit": {strconv.Itoa(d.limit)}}
	if stream != feed {
		q.Set("start_timestamp", firstDay.Format(time.DateTime))
	}
	if stream == activity {
		q.Set("visitor_key", "1")
		q.Set("visitor_company", "1")
	}
	if since := d.cursor[stream]; since != "" {
		q.Set(cursors[stream][1], param(stream, since))
	} else if stream != feed {
		q.Set("end_timestamp", d.server.Now().Format(time.DateTime))
	}
	for offset := 0; ; offset += d.limit {
		q.Set("offset", strconv.Itoa(offset))
		page, err := d.get(stream, q)
		if err != nil {
			return "", err
		}
		for _, row := range page.Data {
			if at := d.write(stream, row, page.types()); at > max {
				max = at
			}
		}
		if page.Before <= offset+d.limit {
			return max, nil
		}
	}
}

// param is a cursor as the page wants it: whole seconds but for the two with
// milliseconds; the feed's a second early.
func param(stream, since string) string {
	at, err := time.Parse("2006-01-02 15:04:05.999", since)
	must(err)
	switch stream {
	case feed:
		return at.Add(-time.Second).Format(time.DateTime)
	case summaries:
		return at.Format(time.DateTime)
	}
	return at.Format("2006-01-02 15:04:05.000")
}

// A page is an answer.
type page struct {
	Meta []struct{ Name, Type string }
	Data []map[string]json.RawMessage
	// Before is missing from some answers; then the page's loop ends.
	Before int `json:"rows_before_limit_at_least"`
}

func (p *page) types() map[string]string {
	types := map[string]string{}
	for _, m := range p.Meta {
		types[m.Name] = m.Type
	}
	return types
}

// write merges a row and returns its cursor's value.
func (d *documented) write(stream string, row map[string]json.RawMessage, types map[string]string) string {
	var cells emulator.Row
	for name, literal := range row {
		c := emulator.Cell{Name: name, JSON: string(literal)}
		switch typ := types[name]; {
		case strings.Contains(typ, "DateTime"):
			c.JSON = rfc3339(c.JSON)
		case strings.Contains(typ, "Int"):
			c.JSON = unquoted(c.JSON)
		}
		cells = append(cells, c)
	}
	t := truthOf(stream, cells)
	d.house.put(stream, t.key, t.hash)
	return unquoted(string(row[cursors[stream][0]]))
}

// get asks until it is answered, with a pause between attempts.
func (d *documented) get(stream string, q url.Values) (*page, error) {
	var err error
	for range 20 {
		if d.token == "" {
			if err = d.exchange(); err != nil {
				time.Sleep(time.Second)
				continue
			}
		}
		var p page
		address := d.server.APIURL + "/v0/pipes/" + stream + ".json?" + q.Encode()
		if err = d.ask(http.MethodGet, address, d.token, &p); err == nil {
			d.rows += len(p.Data)
			return &p, nil
		}
		d.token = ""
		time.Sleep(time.Second)
	}
	return nil, err
}

// exchange fetches a token.
func (d *documented) exchange() error {
	var answer struct{ Token string }
	err := d.ask(http.MethodPost, d.server.APIURL+emulator.TokenPath, d.server.Key, &answer)
	d.token = answer.Token
	return err
}

func (d *documented) ask(method, address, bearer string, into any) error {
	d.requests++
	r, err := http.NewRequestWithContext(context.Background(), method, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	answer, err := d.server.Client().Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	return json.Unmarshal(body, into)
}

// rfc3339 rewrites a literal as the tap does: six digits, UTC.
func rfc3339(literal string) string {
	text := unquoted(literal)
	if text == "null" {
		return literal
	}
	text, fraction, _ := strings.Cut(text, ".")
	return `"` + strings.Replace(text, " ", "T", 1) + "." + (fraction + "000000")[:6] + `Z"`
}
