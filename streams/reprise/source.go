package reprise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// A Source is one Reprise account.
type Source struct {
	config *Config
	tables []*table // in the order in which they are synced
	env    tap.Env
	conn   *connection
	pages  *pageList
	hints  map[string]*hints // by pipe

	// described are the columns that a pipe sends and that are offered, by its name.
	described map[string][]rows.Meta

	failed map[string]bool // pipes that did not describe theirs
}

var _ tap.Source = (*Source)(nil)

// Open returns the account that config describes, a JSON object as spec.json
// has it. Nothing is asked of the API yet. transport is nil for the real API;
// a stand-in in the same process has its own.
func Open(config []byte, env tap.Env, transport http.RoundTripper) (*Source, error) {
	c, err := parseConfig(config)
	if err != nil {
		return nil, err
	}
	list, err := readTables()
	if err != nil {
		return nil, err
	}
	s := &Source{config: c, tables: list, env: env, conn: newConnection(c, env, transport), pages: new(pageList),
		hints: map[string]*hints{}, described: map[string][]rows.Meta{}, failed: map[string]bool{}}
	for _, t := range s.tables {
		s.hints[t.name] = &hints{}
	}
	return s, nil
}

// Check fetches a token and one row of each endpoint. The error names every endpoint
// that is not open to this account, and every one that fails otherwise.
func (s *Source) Check(ctx context.Context) error {
	var refused []string
	var first error
	var others []error
	silent := 0 // pipes that may answer later; with two it is an outage
	for _, t := range s.tables {
		_, err := s.meta(ctx, t, nil)
		if err != nil && program.ExitCode(err) == program.ExitRetry {
			silent++
		}
		switch {
		case err == nil:
		case deniesPipe(err):
			refused = append(refused, t.name)
			first = cmp.Or(first, err)
		case concernsPipe(err) && silent < 2 && ctx.Err() == nil:
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

// Streams asks each pipe for its columns. One that does not answer leaves the others
// as they are. The built-in schema stands in for a pipe that is not wanted, and, with
// a warning, for one that is closed to this account or describes nothing. Where a pipe
// fails, which may pass, its stream is Broken.
func (s *Source) Streams(ctx context.Context, wanted tap.Wanted) ([]tap.Stream, error) {
	var list []tap.Stream
	silent := 0 // pipes that may answer later; with two it is an outage
	for _, t := range s.tables {
		if !wanted.Has(t.name, "") {
			list = append(list, t.streamOf(s.config, t.builtinMeta(s.config), func(rows.Meta) {}))
			continue
		}
		meta, err := s.meta(ctx, t, wanted)
		s.failed[t.name] = err != nil
		if err != nil && program.ExitCode(err) == program.ExitRetry {
			silent++
		}
		alone := err
		var seen []rows.Meta // what the API itself describes
		switch {
		case err == nil && len(meta) > 0:
			s.warnOfLeft(t, meta)
			seen, _ = t.offered(s.config, meta)
		case err == nil:
			s.env.Log.Warn("the API describes no columns; the built-in schema is taken", "stream", t.name)
			meta = t.builtinMeta(s.config)
		case deniesPipe(err):
			s.env.Log.Warn("no access to this endpoint; the built-in schema is taken", "stream", t.name, "cause", err.Error())
			alone, meta = nil, t.builtinMeta(s.config)
		case concernsPipe(err) && silent < 2 && ctx.Err() == nil:
			meta = t.builtinMeta(s.config)
		default:
			return nil, err
		}
		stream := t.streamOf(s.config, meta, func(m rows.Meta) {
			s.env.Log.Warn("unknown column type; the value's JSON is loaded as text", "stream", t.name, "column", s.conn.words(m.Name), "type", s.conn.words(m.Type))
		})
		stream.Broken = alone
		if seen != nil {
			stream.Suits = func(asked tap.Stream) error {
				r := s.reader(asked)
				r.planner.quiet = true
				_, err := r.planner.plan(seen, nil)
				if final := s.conn.ofPlan(err); final != nil {
					return fmt.Errorf("stream %s: %w", asked.Name, final)
				}
				return err
			}
		}
		s.warnOfNames(stream)
		list = append(list, stream)
	}
	return list, nil
}

// warnOfNames warns of columns that a loader may rename or refuse.
func (s *Source) warnOfNames(stream tap.Stream) {
	for _, c := range stream.Columns {
		if !tap.PlainName(c.Name) {
			s.env.Log.Warn("a loader may rename or refuse a column of this name; it can be deselected", "stream", stream.Name, "column", s.conn.words(c.Name))
		}
	}
}

// meta asks a pipe for its columns. Of those that are sent on request only, it asks
// for those that are wanted. An answer without rows describes the columns, too. Where
// it does not, a row is asked for, and other answers are not held to its columns.
func (s *Source) meta(ctx context.Context, t *table, wanted tap.Wanted) ([]rows.Meta, error) {
	r := s.inquirer(t)
	r.params = t.params(s.config, func(column string) bool { return wanted.Has(t.name, column) })
	q := r.probe()
	q.cheap = true
	p, err := r.ask(ctx, q.page(1, 0))
	if err == nil && len(p.Meta) == 0 && q.values.Has("end_timestamp") {
		p, err = r.ask(ctx, r.since(s.config.start.UnixMicro()).page(1, 0))
	} else if err == nil {
		s.described[t.name], _ = t.offered(s.config, s.tellable(p.Meta))
	}
	if err != nil {
		return nil, err
	}
	s.warnUnheard(ctx, t)
	return s.tellable(p.Meta), nil
}

// tellable leaves out columns whose names hold a key or a token. They would stand in
// the catalog, and in every record.
func (s *Source) tellable(meta []rows.Meta) []rows.Meta {
	return slices.DeleteFunc(slices.Clone(meta), func(m rows.Meta) bool {
		return s.env.Secrets.In(m.Name) || s.env.Secrets.In(m.Type)
	})
}

// Read reads one stream, as its table says.
func (s *Source) Read(ctx context.Context, stream tap.Stream, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	t := s.table(stream.Name)
	if t == nil {
		return func(yield func(tap.Page, error) bool) {
			yield(tap.Page{}, configError(fmt.Errorf("there is no stream %q", stream.Name), "discover the catalog again"))
		}
	}
	return t.read(s.reader(stream), ctx, since)
}
