package streams

import "context"

// setClock makes sure that an answer with data has set the server's clock: a token's
// answer may set it too late. Where answers disagree, it asks for a few more to
// decide.
func (r *Reader) setClock(ctx context.Context) error {
	for extra := 1; r.Source.Client.Clock().Tied() && extra <= 3; extra++ {
		if err := r.probe(ctx, 1+extra); err != nil {
			return err
		}
	}
	if r.Source.Client.Clock().Looked() {
		return nil
	}
	return r.probe(ctx, 1)
}

// probe asks for a few rows that nobody needs.
func (r *Reader) probe(ctx context.Context, limit int) error {
	p, err := r.Spans.Ask(ctx, r.Source.Probe(r).Rows(limit, 0))
	if err == nil {
		r.Spans.Pages.Put(p)
	}
	return err
}
