package emulator

import (
	"errors"
	"net/url"
)

// A Row is one row as the API would print it, in the order of its columns.
type Row []Cell

// A Cell is one value: the literal that FORMAT JSON prints, on one line.
type Cell struct{ Name, JSON string }

// Get is the literal in the named column, "" if there is no such column.
func (r Row) Get(name string) string {
	for _, c := range r {
		if c.Name == name {
			return c.JSON
		}
	}
	return ""
}

// Truth returns the rows that the pipe holds now for q, in the documented
// order and under the server's Dialect, as if limit and offset were not in q;
// q may be nil, start_timestamp missing. A lagging replica or a cache may not
// show them yet. An unknown pipe or a q that would be refused gives nil.
func (s *Server) Truth(pipe string, q url.Values) []Row {
	p := pipeNamed(pipe)
	if p == nil {
		return nil
	}
	parsed, err := p.parse(q)
	if err != nil {
		return nil
	}
	d := s.Dialect
	t := p.open(s.Account.view(s.Now()), parsed, printer{&d, zone(d.Zone)})
	t.alter(&d)
	rows := make([]Row, 0, len(t.rows))
	var b []byte
	for _, i := range t.rows {
		t.seek(i)
		row := make(Row, len(t.columns))
		for j, c := range t.columns {
			b = c.print(b[:0])
			row[j] = Cell{c.name, string(b)}
		}
		rows = append(rows, row)
	}
	return rows
}

// Check returns what the API has against q, in its own words; nil if nothing.
func (s *Server) Check(pipe string, q url.Values) error {
	p := pipeNamed(pipe)
	if p == nil {
		return errors.New(noPipe) //lint:ignore ST1005 these are the words of the API
	}
	_, err := p.asked(q)
	return err
}

// Columns returns the name and type of the columns that the pipe shows for q,
// in order; nil where Truth is. JSON is empty.
func (s *Server) Columns(pipe string, q url.Values) []Column {
	p := pipeNamed(pipe)
	if p == nil {
		return nil
	}
	parsed, err := p.parse(q)
	if err != nil {
		return nil
	}
	d := s.Dialect
	t := p.open(s.Account.view(s.Now()), parsed, printer{&d, zone(d.Zone)})
	t.alter(&d)
	columns := make([]Column, len(t.columns))
	for i, c := range t.columns {
		columns[i] = Column{Name: c.name, Type: c.typ}
	}
	return columns
}
