//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/klauspost/compress/gzip"
)

// pageRows is how many rows the rivals ask for at once.
const pageRows = 10_000

// rival walks the pages of the account and hands each body to use.
func rival(args []string, use func(io.Reader) error) error {
	flags := flag.NewFlagSet("rival", flag.ExitOnError)
	base := flags.String("url", "", "address of the server")
	from := flags.String("from", "", "time of the first row")
	rows := flags.Int("rows", 0, "rows of the account")
	if err := flags.Parse(args); err != nil {
		return err
	}
	start, err := time.Parse(seconds, *from)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, ReadBufferSize: 64 << 10}}
	for n := 0; n < *rows; n += pageRows {
		query := url.Values{
			"start_timestamp": {start.Add(time.Duration(n) * step).Format(seconds)},
			"end_timestamp":   {start.Add(time.Duration(n+pageRows) * step).Format(seconds)},
			"limit":           {fmt.Sprint(pageRows)},
		}
		req, err := http.NewRequest(http.MethodGet, *base+pipes+stream+".json?"+query.Encode(), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "gzip")
		if err := get(client, req, use); err != nil {
			return err
		}
	}
	return nil
}

func get(client *http.Client, req *http.Request, use func(io.Reader) error) error {
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.Header.Get("Content-Encoding") != "gzip" {
		return use(res.Body)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		return err
	}
	return use(z)
}

// discard reads and throws away.
func discard(args []string) error {
	buffer := make([]byte, 256<<10)
	return rival(args, func(body io.Reader) error {
		_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{body}, buffer)
		return err
	})
}

// micros is how loaders want times.
const micros = "2006-01-02T15:04:05.000000Z"

// plain is a tap with encoding/json's maps.
func plain(args []string) error {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var known, before map[string]bool
	bookmark := ""
	return rival(args, func(body io.Reader) error {
		dec := json.NewDecoder(body)
		dec.UseNumber()
		var page struct{ Data []map[string]any }
		if err := dec.Decode(&page); err != nil {
			return err
		}
		known, before = map[string]bool{}, known
		read := time.Now().UTC().Format(micros)
		for _, row := range page.Data {
			id := row["activity_id"].(string)
			if known[id] || before[id] {
				continue
			}
			known[id] = true
			if err := plainRow(row); err != nil {
				return err
			}
			bookmark = max(bookmark, row[clock].(string))
			if err := enc.Encode(map[string]any{"type": "RECORD", "stream": stream, "record": row, "time_extracted": read}); err != nil {
				return err
			}
		}
		state := map[string]any{"bookmarks": map[string]any{stream: map[string]any{clock: bookmark}}}
		if err := enc.Encode(map[string]any{"type": "STATE", "value": state}); err != nil {
			return err
		}
		return out.Flush()
	})
}

// plainRow leaves out columns and writes times as loaders want them.
func plainRow(row map[string]any) error {
	for _, c := range leftOut {
		delete(row, c)
	}
	for _, c := range []string{"create_at", clock} {
		t, err := time.Parse(seconds, row[c].(string))
		if err != nil {
			return err
		}
		row[c] = t.Format(micros)
	}
	return nil
}
