package reprise

import "context"

// setClock makes sure that an answer with data has set the server's clock: the
// token's answer may set it too late. Where answers disagree, it asks for a few more
// to decide.
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
