package ledger

import "context"

// sinceStretches is how many stretches behind the bookmark are read at most:
// in time without rows none of them may fill a page.
const sinceStretches = 10

// since tells hour by hour (whatever Options.Border draws) what came after the
// bookmark, as far as about a page of rows reaches. Time without rows has no
// finding.
func (p *plan) since(ctx context.Context) ([]Finding, error) {
	rest := Span{p.l.to, p.opt.end()}
	if rest.Width() == 0 {
		return nil, nil
	}
	var out []Finding
	rows, n := 0, 0
	for st, err := range stretches(ctx, p.opt.Read, rest, p.l.chart(rest, p.opt.Page).cut) {
		if err != nil {
			return nil, err
		}
		if st.Part {
			continue
		}
		pieces := p.l.pieces(st.Span, p.opt.Border)
		tally(pieces, st, nil)
		for i, part := range pieces {
			to := st.Span.To
			if i+1 < len(pieces) {
				to = pieces[i+1].from
			}
			out = p.came(out, Span{part.from, to}, part.rows)
		}
		rows, n, rest.From = rows+st.count(), n+1, st.Span.To
		if rows >= p.opt.Page || n == sinceStretches {
			break
		}
	}
	if rest.Width() > 0 {
		out = append(out, Finding{Span: rest, Found: -1, Standing: New, After: true})
	}
	return out, nil
}

// came adds what a part of an hour holds to the finding of that hour.
func (p *plan) came(out []Finding, s Span, rows int) []Finding {
	if rows == 0 {
		return out
	}
	if n := len(out); n > 0 && p.opt.Border(out[n-1].Span.From) == p.opt.Border(s.From) {
		out[n-1].Span.To = s.To
		out[n-1].Found += rows
		return out
	}
	return append(out, Finding{Span: s, Found: rows, Standing: New, After: true})
}
