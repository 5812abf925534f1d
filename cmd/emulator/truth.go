package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"tap-reprise/streams/reprise/emulator"
)

// A column is an entry of an answer's meta.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// writeTruth answers with the rows that a pipe holds now, in the documented
// order, each value in the digits and letters in which it is stored.
func writeTruth(w http.ResponseWriter, r *http.Request, s *emulator.Server) {
	pipe, query := r.PathValue("pipe"), r.URL.Query()
	meta, err := columns(s, pipe, query)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	rows := s.Truth(pipe, query)
	data := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		data[i] = object(row)
	}
	write(w, map[string]any{"meta": meta, "data": data})
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

// columns asks the API itself for the types of a pipe's columns; whatever is
// wrong with the parameters is its answer.
func columns(s *emulator.Server, pipe string, query url.Values) ([]column, error) {
	client := s.Client()
	var token struct {
		Token string `json:"token"`
	}
	err := ask(client, request(http.MethodPost, s.APIURL+emulator.TokenPath, s.Key), &token)
	if err != nil {
		return nil, err
	}
	query.Set("limit", "1")
	defer query.Del("limit")
	var page struct {
		Meta []column `json:"meta"`
	}
	err = ask(client, request(http.MethodGet, s.APIURL+pipesPath+pipe+".json?"+query.Encode(), token.Token), &page)
	return page.Meta, err
}

func request(method, address, bearer string) *http.Request {
	r, err := http.NewRequest(method, address, nil)
	if err != nil {
		panic(err) // the address is the server's own
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	return r
}

// ask decodes the answer to r into v; an answer that is no 200 is an error
// with the answer's own text.
func ask(client *http.Client, r *http.Request, v any) error {
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %d: %s", r.Method, r.URL.Path, answer.StatusCode, body)
	}
	return json.Unmarshal(body, v)
}
