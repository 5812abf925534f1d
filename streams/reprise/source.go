package reprise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/streams"
	"tap-reprise/tap"
)

// A Source is one Reprise account.
type Source struct {
	*streams.Source
	config *Config
	conn   *connection
}

var (
	_ tap.Source   = (*Source)(nil)
	_ tap.Verifier = (*Source)(nil)
)

// Open returns the account that config describes, a JSON object as spec.json
// has it. Nothing is asked of the API yet. transport is nil for the real API;
// a stand-in in the same process has its own.
func Open(config []byte, env tap.Env, transport http.RoundTripper) (*Source, error) {
	c, err := parseConfig(config)
	if err != nil {
		return nil, err
	}
	tables, err := tablesFor(c)
	if err != nil {
		return nil, err
	}
	conn := newConnection(c, env, transport)
	s := &Source{config: c, conn: conn, Source: streams.New(streams.Source{
		Settings: c.settings(), Tables: tables, Env: env, Client: conn.client, Name: nameOf, Send: conn.get,
		Probe: probe, Contact: "your Reprise contact", Cursors: cursorKeys,
	})}
	conn.source, s.Describe = s.Source, s.meta
	return s, nil
}

// cursorKeys are the keys under which other connectors keep how far they have
// come, the most telling first: Airbyte's source-reprise, then taps made with
// Meltano's SDK, then columns of the streams themselves.
var cursorKeys = []string{
	"since_created_at", "since_ingested_at", "window_start",
	"replication_key_value", "cursor_value", "starting_replication_value",
	"session_created_at", "session_date", "ingested_at", "period_start", "create_at",
}

// Check fetches a token and one row of each endpoint. The error names every endpoint
// that is not open to this account, and every one that fails otherwise.
func (s *Source) Check(ctx context.Context) error {
	var refused []string
	var first error
	var others []error
	silent := 0 // pipes that may answer later; with two it is an outage
	for _, t := range s.Tables {
		_, err := s.meta(ctx, t, nil)
		if err != nil && program.ExitCode(err) == program.ExitRetry {
			silent++
		}
		switch {
		case err == nil:
		case streams.Denied(err):
			refused = append(refused, t.Name)
			first = cmp.Or(first, err)
		case streams.OneEndpoint(err) && silent < 2 && ctx.Err() == nil:
			others = append(others, err)
		default:
			return err
		}
	}
	if first != nil {
		first = &program.Error{Code: program.ExitAuth, Err: fmt.Errorf("no access to %s: %w", strings.Join(refused, ", "), first),
			Hint: "ask your Reprise contact for access; a sync without these streams works all the same"}
	}
	return errors.Join(append([]error{first}, others...)...)
}

// Units says what findings are about.
func (s *Source) Units() tap.Units {
	return tap.Units{Meaning: "A unit is an hour of rows, several hours without any, or a window of metrics.", Aside: "windows: within a day"}
}

// meta asks a pipe for its columns. Of those that are sent on request only, it asks
// for those that are wanted. An answer without rows describes the columns, too. Where
// it does not, a row is asked for, and other answers are not held to its columns.
func (s *Source) meta(ctx context.Context, t *streams.Table, wanted tap.Wanted) ([]rows.Meta, error) {
	r := s.Inquirer(t, func(column string) bool { return wanted.Has(t.Name, column) })
	q := probe(r)
	q.Cheap = true
	p, err := r.Spans.Ask(ctx, q.Rows(1, 0))
	if err == nil && len(p.Meta) == 0 && q.Values.Has("end_timestamp") {
		p, err = r.Spans.Ask(ctx, s.since(r, s.config.start.UnixMicro()).Rows(1, 0))
	} else if err == nil {
		s.Note(t, s.Tellable(p.Meta))
	}
	if err != nil {
		return nil, err
	}
	s.warnUnheard(ctx, t)
	return s.Tellable(p.Meta), nil
}

// settings are what the config says to every stream.
func (c *Config) settings() streams.Settings {
	return streams.Settings{
		Start: c.start, End: c.end, StartText: c.StartDate, EndText: c.EndDate,
		Lookback: time.Duration(c.LookbackDays) * 24 * time.Hour,
		PageSize: c.PageSize, WindowRows: c.WindowRows, InFlight: c.Concurrency,
		Personal: c.ViewerData, Salt: c.ViewerDataSalt,
	}
}
