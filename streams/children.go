package streams

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"tap-reprise/internal/api"
	"tap-reprise/internal/ledger"
	"tap-reprise/internal/stretch"
	"tap-reprise/tap"
)

// Children reads what belongs to each row of a parent stream, with one question for a
// row. The ledger keeps the parents: only those that are new or have changed are
// asked about, and a bookmark stands behind all children of the parents that it
// covers.
type Children struct {
	// Parent is the stream of parents, and Counts its columns in which a change counts.
	Parent *Table
	Counts []string

	// Query asks for the children of a parent, which is a row of Parent as written.
	// constant are ready members that end each row.
	Query func(r *Reader, parent []byte) (q stretch.Query, constant []byte, err error)

	// Place is the column of our own that counts the children of a parent, from 0.
	Place string
}

// ReadChildren is the walk of a table with Children.
func ReadChildren(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		parents := r.parents()
		if err := parents.follow(ctx, since, yield, func(got *stretch.Stretch, b ledger.Batch) error {
			got.Choose(b.Write)
			if err := r.writeChildren(ctx, got, b, yield); err != nil {
				return err
			}
			if !yield(parents.page(b), nil) {
				return errStopped
			}
			return nil
		}); err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

// parents is the reader of the parents. It speaks in the name of this stream.
func (r *Reader) parents() *Reader {
	t := r.Table.Children.Parent
	stream := t.streamOf(&r.Source.Settings, t.builtinMeta(), nil)
	stream.Name = r.Stream.Name
	for i, c := range stream.Columns {
		stream.Columns[i].Selected = c.Automatic || slices.Contains(r.Table.Children.Counts, c.Name)
	}
	parents := r.Source.reader(t, stream, r.Log, r.Source.planner(t, stream, r.Log), r.Part)
	parents.units = r.units
	parents.Spans.Pages = new(stretch.Pages) // they are held while the children's pages are filled
	return parents
}

// writeChildren asks for the children of the rows that are left of got.
func (r *Reader) writeChildren(ctx context.Context, got *stretch.Stretch, b ledger.Batch, yield func(tap.Page, error) bool) error {
	for p, err := range stretch.Parallel(ctx, len(got.Rows), max(1, r.Source.InFlight), func(ctx context.Context, i int) (*stretch.Sheet, error) {
		return r.childrenOf(ctx, got.Rows[i])
	}) {
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		page := r.pageOf(r.Spans.Keep(ledger.Always, p))
		page.Done = b.Done
		r.place(page.Rows)
		more := yield(page, nil)
		r.Spans.Pages.Put(p)
		if !more {
			return errStopped
		}
	}
	return nil
}

// childrenOf asks for the children of one parent; nil: it is there no more.
func (r *Reader) childrenOf(ctx context.Context, parent []byte) (*stretch.Sheet, error) {
	q, constant, err := r.Table.Children.Query(r, parent)
	if err != nil {
		return nil, err
	}
	if part := r.Part.constant(r.planner.wanted); part != nil {
		constant = append(append(part, ','), constant...)
	}
	q.Decoder = r.planner.decoding(constant)
	p, err := r.Spans.Ask(ctx, q)
	var e *api.Error
	if errors.As(err, &e) && e.Kind == api.Gone {
		r.Log.Warn("a row vanished before what belongs to it was read", "cause", err.Error())
		return nil, nil
	}
	return p, err
}

// place adds the column Place to rows, which are then memory of their own.
func (r *Reader) place(rows [][]byte) {
	name := r.Table.Children.Place
	if name == "" || !r.planner.wanted(name) {
		return
	}
	for i, row := range rows {
		rows[i] = fmt.Appendf(append([]byte(nil), row[:len(row)-1]...), `,%q:%d}`, name, i)
	}
}
