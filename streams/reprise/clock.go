package reprise

import "context"

// setClock makes sure that a data answer has set the server's clock, which the
// token's answer alone may set too late. Where answers disagree, a few more
// decide.
func (r *reader) setClock(ctx context.Context) error {
	for extra := 1; r.conn.client.Clock().Tied() && extra <= 3; extra++ {
		p, err := r.ask(ctx, r.probe().page(1+extra, 0))
		if err != nil {
			return err
		}
		r.pages.Put(p)
	}
	if r.conn.client.Clock().Looked() {
		return nil
	}
	p, err := r.ask(ctx, r.probe().page(1, 0))
	if err == nil {
		r.pages.Put(p)
	}
	return err
}
