package rybbit

import (
	"context"
	"net/http"

	"tap-reprise/streams"
	"tap-reprise/tap"
)

// A Source is the sites that one key may read.
type Source struct {
	*streams.Source
	conn *connection
}

var (
	_ tap.Source   = (*Source)(nil)
	_ tap.Verifier = (*Source)(nil)
)

// Open returns the sites that config describes, a JSON object as spec.json has it.
// Nothing is asked of the API yet. transport is nil for a real server; a stand-in in
// the same process has its own.
func Open(config []byte, env tap.Env, transport http.RoundTripper) (*Source, error) {
	c, err := parseConfig(config)
	if err != nil {
		return nil, err
	}
	conn := newConnection(c, env, transport)
	tables, err := conn.tables()
	if err != nil {
		return nil, err
	}
	s := &Source{conn: conn, Source: streams.New(streams.Source{
		Settings: streams.Settings{
			Start: c.start, End: c.end, StartText: c.StartDate, EndText: c.EndDate,
			PageSize: c.PageSize, InFlight: c.Concurrency, Personal: c.ViewerData, Salt: c.ViewerDataSalt,
		},
		Tables: tables, Env: env, Client: conn.client, Name: conn.nameOf, Send: conn.send,
		Probe: conn.probe, Parts: conn.parts, Contact: "the people of Rybbit", Cursors: []string{"session_end"},
	})}
	conn.source = s.Source
	return s, nil
}

// Check asks for the sites and for a row of each. A public site answers anyone: it is
// said where nothing shows whether the key is good.
func (s *Source) Check(ctx context.Context) error {
	parts, err := s.conn.parts(ctx)
	if err != nil {
		return err
	}
	sessions := s.Table(atSessions)
	for _, part := range parts {
		r := s.Inquirer(sessions, nil)
		r.Part = part
		p, err := r.Spans.Ask(ctx, s.conn.probe(r).Rows(1, 0))
		if err != nil {
			return err
		}
		r.Spans.Pages.Put(p)
	}
	return nil
}

// Units says what findings are about.
func (s *Source) Units() tap.Units {
	return tap.Units{Meaning: "A unit is an hour of sessions of one site, several hours without any, or a day of places.", Aside: "days of places: within a day"}
}
