package reprise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"tap-reprise/internal/rows"
	"tap-reprise/streams"
	"tap-reprise/tap"
)

// accountColumn tells whose a row is, and accountPipes have it, those of the
// smallest rows first.
const accountColumn = "client_id"

var accountPipes = []string{"replay_session_summary", "replicate_session_activity", "replay_session_activity"}

const (
	accountRows = 25 // looked at, a question
	accountSpan = 24 * time.Hour

	// accountPatience is how long one pipe is asked. All of them together are asked
	// for half as long again. Another pipe may know, and so may the next run: what
	// is remembered stays in the state.
	accountPatience = 2 * time.Minute
)

var _ tap.Owned = (*Source)(nil)

// Account returns the hashed client_id of the account's rows: of some of the last
// day's, or else of the oldest. It is "" where they have none, or more than one.
// Before it contradicts what a state remembers it looks at old rows, too: one account
// may turn out to have several ids.
func (s *Source) Account(ctx context.Context, remembered []string) string {
	ctx, cancel := context.WithTimeout(ctx, accountPatience*3/2)
	defer cancel()
	for _, name := range s.accountPipes() {
		ids, err := s.accountsOf(ctx, s.Table(name), remembered)
		if err != nil {
			s.Env.Log.Debug("cannot tell whose the rows are", "cause", err.Error())
			continue
		}
		slices.Sort(ids)
		switch ids = slices.Compact(ids); {
		case len(ids) > 1:
			return ""
		case len(ids) == 1 && ids[0] != "":
			return ids[0]
		}
	}
	return ""
}

// accountPipes are the pipes to ask: first those that the run will read, then the
// others. Pipes that have just failed are left out.
func (s *Source) accountPipes() (list []string) {
	var others []string
	for _, name := range accountPipes {
		if s.Described(name) {
			list = append(list, name)
		} else if !s.Failed(name) {
			others = append(others, name)
		}
	}
	return append(list, others...)
}

// accountsOf are the hashed ids of a few rows of a pipe, "" for a row without;
// none where it has no rows.
func (s *Source) accountsOf(ctx context.Context, t *streams.Table, remembered []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, accountPatience)
	defer cancel()
	start := s.config.start.UnixMicro()
	recent := s.Now().Add(-accountSpan).UnixMicro()
	ids, err := s.idsSince(ctx, t, max(start, recent))
	sure := len(ids) > 0 && (len(remembered) == 0 || slices.Contains(remembered, ids[0]))
	if err != nil || sure || start >= recent {
		return ids, err
	}
	old, err := s.idsSince(ctx, t, start)
	return append(ids, old...), err
}

func (s *Source) idsSince(ctx context.Context, t *streams.Table, at int64) (ids []string, err error) {
	r := s.Inquirer(t, nil)
	q := s.since(r, at)
	q.Decoder = &rows.Decoder{Plan: func([]rows.Meta) (*rows.Plan, error) {
		return &rows.Plan{Rules: []rows.Rule{{Name: accountColumn, Kind: rows.Text}}}, nil
	}}
	p, err := r.Spans.Ask(ctx, q.Rows(accountRows, 0))
	if err != nil {
		return nil, err
	}
	defer r.Spans.Pages.Put(p)
	for _, row := range p.Rows {
		var id map[string]string
		if json.Unmarshal(row.JSON, &id) != nil {
			return nil, err
		}
		ids = append(ids, accountHash(id[accountColumn]))
	}
	return ids, nil
}

// accountHash is what a state remembers of a client_id; "" where there is none.
func accountHash(id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("tap-reprise account " + id))
	return hex.EncodeToString(sum[:8])
}
