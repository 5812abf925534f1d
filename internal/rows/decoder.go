package rows

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
)

// A Decoder turns answers into rows. Its plans depend on an answer's meta, the
// list of its columns. It may serve several goroutines, each with a Page of its
// own.
type Decoder struct {
	// Plan returns the plan for an answer with this meta. It is asked once per
	// distinct meta, and with nil for an answer that has rows but no meta. It is
	// never called twice at the same time. Its error ends Decode and is returned
	// wrapped.
	Plan func(meta []Meta) (*Plan, error)

	// Envelope says where in an answer the rows are.
	Envelope Envelope

	// Limit is how many bytes a body may have; 0 means 128 MiB.
	Limit int64

	mu    sync.Mutex
	known []known // the one used last is the last
}

// known is what Decoder.Plan answered for a meta.
type known struct {
	meta    []Meta
	program *program
}

const defaultLimit = 128 << 20

// manyMetas is how many answers of Decoder.Plan are remembered.
const manyMetas = 64

// Decode reads one answer from r to its end into p. Whatever is wrong with the
// answer is an *EnvelopeError; errors of r and of Plan are wrapped. After an
// error nothing of the answer may be used, but p can be decoded into again.
//
// The body is read in pieces. Where the columns are known before the first row,
// only the written rows are held. Where they are listed behind the rows, the rows
// are written by the plan that the Decoder used last, and the body is held as it
// came. If the list then asks for another plan, the body is read once more.
func (d *Decoder) Decode(r io.Reader, p *Page) error {
	if p.Blocks == nil {
		p.Blocks = new(Blocks)
	}
	if p.work == nil {
		p.work = &answer{}
	}
	p.Release(len(p.Rows))
	p.reset()
	a := p.work
	a.page, a.decoder, a.form, a.second = p, d, d.Envelope.settled(), false
	a.emitter.arena.shared, a.emitter.arena.waited = p.Blocks, 0
	defer func() { p.Waited = a.emitter.arena.waited }()
	a.body.open(r, cmp.Or(max(d.Limit, 0), defaultLimit))
	if err := a.prepare(); err != nil {
		return err
	}
	err := a.walk()
	p.Bytes = a.body.base + int64(a.body.end)
	if err == nil && a.other {
		if a.program, err = d.program(p.Meta); err == nil {
			err = a.replay()
		}
	}
	if err != nil {
		return a.explain(err)
	}
	p.Unknown = a.layout.unknown.counted()
	return nil
}

// prepare chooses the program for rows that come before any list of columns.
func (a *answer) prepare() (err error) {
	if a.form.Columns != "" {
		a.meta, a.program = a.decoder.last()
		return nil
	}
	a.body.release() // no list may follow that asks for another plan
	a.meta = nil
	a.program, err = a.decoder.program(nil)
	return err
}

// replay reads a held body once more.
func (a *answer) replay() error {
	p := a.page
	a.second = true
	a.meta, p.Meta, p.Beside, p.Rows, p.Edits = p.Meta, nil, nil, p.Rows[:0], p.Edits[:0]
	a.body.replay()
	return a.walk()
}

// last returns the program used last and its meta, nil if there was none.
func (d *Decoder) last() ([]Meta, *program) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) == 0 {
		return nil, nil
	}
	k := d.known[len(d.known)-1]
	return k.meta, k.program
}

// program returns the program for meta, from memory if it can.
func (d *Decoder) program(meta []Meta) (*program, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.known, func(k known) bool { return sameMeta(k.meta, meta) })
	if i >= 0 {
		k := d.known[i]
		d.known = append(slices.Delete(d.known, i, i+1), k)
		return k.program, nil
	}
	plan, err := d.Plan(meta)
	if err == nil {
		err = plan.check()
	}
	if err != nil {
		return nil, fmt.Errorf("plan for an answer of %d columns: %w", len(meta), err)
	}
	if len(d.known) == manyMetas {
		d.known = slices.Delete(d.known, 0, 1)
	}
	k := known{slices.Clone(meta), compile(plan)}
	d.known = append(d.known, k)
	return k.program, nil
}
