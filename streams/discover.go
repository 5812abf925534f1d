package streams

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/tap"
)

// Streams asks each endpoint for its columns. One that does not answer leaves the
// others as they are. The built-in schema stands in for an endpoint that is not
// wanted, and, with a warning, for one that is closed to this account or describes
// nothing. Where one fails, which may pass, its stream is Broken. Tables that are
// Fixed are not asked.
func (s *Source) Streams(ctx context.Context, wanted tap.Wanted) ([]tap.Stream, error) {
	var list []tap.Stream
	silent := 0 // endpoints that may answer later; with two it is an outage
	for _, t := range s.Tables {
		if t.Fixed || !wanted.Has(t.Name, "") {
			list = append(list, s.suited(t, t.streamOf(&s.Settings, t.builtinMeta(), func(rows.Meta) {}), nil))
			continue
		}
		meta, err := s.Describe(ctx, t, wanted)
		s.failed[t.Name] = err != nil
		if err != nil && program.ExitCode(err) == program.ExitRetry {
			silent++
		}
		alone := err
		var seen []rows.Meta // what the API itself describes
		switch {
		case err == nil && len(meta) > 0:
			s.warnOfLeft(t, meta)
			seen, _ = t.offered(meta)
		case err == nil:
			s.Env.Log.Warn("the API describes no columns; the built-in schema is taken", "stream", t.Name)
			meta = t.builtinMeta()
		case Denied(err):
			s.Env.Log.Warn("no access to this endpoint; the built-in schema is taken", "stream", t.Name, "cause", err.Error())
			alone, meta = nil, t.builtinMeta()
		case OneEndpoint(err) && silent < 2 && ctx.Err() == nil:
			meta = t.builtinMeta()
		default:
			return nil, err
		}
		stream := t.streamOf(&s.Settings, meta, func(m rows.Meta) {
			s.Env.Log.Warn("unknown column type; the value's JSON is loaded as text", "stream", t.Name, "column", s.words(m.Name), "type", s.words(m.Type))
		})
		stream.Broken = alone
		list = append(list, s.suited(t, stream, seen))
	}
	return list, nil
}

// suited lets a stream say whether a catalog suits it: whether the columns seen can
// be written as the catalog has them. It warns of columns that a loader may rename or
// refuse.
func (s *Source) suited(t *Table, stream tap.Stream, seen []rows.Meta) tap.Stream {
	if t.Fixed {
		seen = t.builtinMeta()
	}
	if seen != nil {
		stream.Suits = func(asked tap.Stream) error {
			r := s.Reader(asked)
			r.planner.quiet = true
			_, err := r.planner.plan(seen, nil)
			if final := s.ofPlan(err); final != nil {
				return fmt.Errorf("stream %s: %w", asked.Name, final)
			}
			return err
		}
	}
	for _, c := range stream.Columns {
		if !t.Fixed && s.Described(t.Name) && !tap.PlainName(c.Name) {
			s.Env.Log.Warn("a loader may rename or refuse a column of this name; it can be deselected", "stream", stream.Name, "column", s.words(c.Name))
		}
	}
	return stream
}

// words makes text of the API, such as a column's name or type, fit to be read.
func (s *Source) words(text string) program.Words { return s.Client.Words(text) }

// Denied reports whether err says that the key is good, but not for one endpoint.
func Denied(err error) bool {
	var e *api.Error
	return errors.As(err, &e) && e.Kind == api.NoAccess
}

// OneEndpoint reports whether err came from an endpoint with data, and says nothing
// about the key or the way: others may well answer.
func OneEndpoint(err error) bool {
	var e *api.Error
	return errors.As(err, &e) && program.ExitCode(err) != program.ExitAuth && e.Fault() != api.Way && e.Kind != api.Paused &&
		strings.HasPrefix(e.What, "GET ")
}
