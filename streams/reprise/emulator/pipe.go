package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tap-reprise/internal/localapi"
)

// Data endpoints, what they have in common.
//
// Behaviour: GET /v0/pipes/NAME.json with a token in the Authorization header.
// A token in the URL is refused, stricter than the original. limit and offset
// cut a page from the matching rows in the documented order; without a limit
// all rows come, except where the pipe has a default. limit 0 is an empty page
// with a rows_before_limit_at_least of 0, as ClickHouse answers. The page's
// .csv form is not emulated: 404.
//
// Source: Reprise Data API, sections 1 to 4 and 7.

const pipesPath = "/v0/pipes/"

const (
	timeoutText  = "The query exceeded the time limit. Code: 159. DB::Exception: Timeout exceeded (TIMEOUT_EXCEEDED)"
	tooLargeText = "The response exceeds the size limit of 100 MB"
	noPipe       = "The pipe or endpoint does not exist"
	rateText     = "Too many requests: retry later"
)

// A pipe is one data endpoint.
type pipe struct {
	name     string
	params   map[string]kind
	required bool // start_timestamp must be given
	limit    int  // default, 0 for none
	open     func(v *view, q *query, p printer) *table
}

// A table is what a pipe holds for a query: rows and how to print them.
type table struct {
	columns []cell
	rows    []int32               // in the documented order
	seek    func(row int32)       // sets the row that the columns print
	tied    func(a, b int32) bool // the documented order leaves a and b equal; nil: never
	scanned int
}

// A cell prints one column of the row that was sought.
type cell struct {
	name, typ string
	print     func(b []byte) []byte
}

var pipes = []*pipe{&activityPipe, &replicatePipe, &metricsPipe, &changesPipe, &summaryPipe}

func pipeNamed(name string) *pipe {
	i := slices.IndexFunc(pipes, func(p *pipe) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return pipes[i]
}

// data answers a data endpoint.
func (s *Server) data(c *localapi.Call) *localapi.Answer {
	r := c.Request
	name, isJSON := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, pipesPath), ".json")
	p := pipeNamed(name)
	if !strings.HasPrefix(r.URL.Path, pipesPath) || !isJSON || p == nil {
		return refuse(http.StatusNotFound, noPipe)
	}
	if r.Method != http.MethodGet {
		return refuse(http.StatusMethodNotAllowed, "Method not allowed").With("Allow", http.MethodGet)
	}
	given := r.URL.Query()
	if given.Has("token") {
		return refuse(http.StatusForbidden, "Invalid authentication token: it belongs in the Authorization header, not in the URL")
	}
	if a := s.authorize(r, name); a != nil {
		return a
	}
	if s.MaxInFlight > 0 && s.InFlight() > s.MaxInFlight {
		return refuse(http.StatusTooManyRequests, rateText)
	}
	q, err := p.asked(given)
	if err != nil {
		return refuse(http.StatusBadRequest, err.Error())
	}
	broken, _ := c.Own.(Broken)
	compute := func() *localapi.Answer { return s.page(p, q, broken) }
	if broken != (Broken{}) {
		return compute()
	}
	// Assumed: the page says nothing of caches.
	return s.Cached(c, localapi.CacheRule{Life: s.Dialect.CacheFor, Stubborn: s.Dialect.CacheStubborn}, compute)
}

// asked is what given asks for; an error has the API's own words.
func (p *pipe) asked(given url.Values) (*query, error) {
	q, err := p.parse(given)
	if err == nil && p.required && !q.has("start_timestamp") {
		err = errors.New("start_timestamp (String) query param is required")
	}
	return q, err
}

// page computes a page of rows.
func (s *Server) page(p *pipe, q *query, f Broken) *localapi.Answer {
	number, lag := s.replica()
	d := s.Dialect
	v := s.Account.view(s.Now().Add(-lag))
	t := p.open(v, q, printer{&d, zone(d.Zone)})
	t.alter(&d)
	total := len(t.rows)
	if d.MaxRows > 0 && total > d.MaxRows {
		return refuse(http.StatusRequestTimeout, timeoutText)
	}
	random := rand.New(rand.NewPCG(uint64(number), 1))
	if d.ShuffleTies {
		t.shuffleTies(random)
	}
	if d.ShuffleColumns {
		random.Shuffle(len(t.columns), func(i, j int) { t.columns[i], t.columns[j] = t.columns[j], t.columns[i] })
	}
	limit := p.rowsAsked(q, &d)
	from := min(q.offset, total)
	t.rows = t.rows[from:min(total, from+limit)]
	e := &envelope{table: t, layout: layouts[d.Layout], d: &d, f: f, before: rowsBefore(&d, q, limit, total)}
	if d.MaxBody > 0 && e.size() > d.MaxBody {
		return refuse(cmp.Or(d.MaxBodyStatus, http.StatusRequestEntityTooLarge), tooLargeText)
	}
	return &localapi.Answer{
		Status: http.StatusOK,
		Header: http.Header{"Content-Type": {localapi.ContentTypeJSON}},
		Rows:   len(t.rows),
		Zip:    true,
		Size:   -1,
		Body:   e.write,
	}
}

// rowsAsked is the limit that holds for q.
func (p *pipe) rowsAsked(q *query, d *Dialect) int {
	limit := q.limit
	if limit < 0 {
		limit = p.limit
		if limit == 0 {
			limit = 1 << 40
		}
	}
	if d.CapLimit > 0 {
		limit = min(limit, d.CapLimit)
	}
	return limit
}

func rowsBefore(d *Dialect, q *query, limit, total int) int {
	switch {
	case d.RowsBefore == Absent:
		return -1
	case limit == 0:
		return 0
	case d.RowsBefore == LowerBound:
		return min(total, q.offset+limit)
	case d.RowsBefore == Thrice:
		return 3 * total
	case d.RowsBefore == Absurd:
		return 1e18
	case d.RowsBefore == Zero:
		return 0
	}
	return total
}

// replica picks the replica that answers next and returns how far it lags.
func (s *Server) replica() (number int, lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered++
	if r := s.Dialect.Replicas; len(r) > 0 {
		lag = r[(s.answered-1)%len(r)]
	}
	return s.answered, lag
}

// alter adds and removes the columns that the dialect wants.
func (t *table) alter(d *Dialect) {
	for _, c := range d.Extra {
		t.columns = append(t.columns, cell{c.Name, c.Type, func(b []byte) []byte { return append(b, c.JSON...) }})
	}
	t.columns = slices.DeleteFunc(t.columns, func(c cell) bool { return slices.Contains(d.Missing, c.name) })
}

// shuffleTies reorders rows within each run that the documented order ties.
func (t *table) shuffleTies(random *rand.Rand) {
	if t.tied == nil {
		return
	}
	for from := 0; from < len(t.rows); {
		to := from + 1
		for to < len(t.rows) && t.tied(t.rows[from], t.rows[to]) {
			to++
		}
		run := t.rows[from:to]
		random.Shuffle(len(run), func(i, j int) { run[i], run[j] = run[j], run[i] })
		from = to
	}
}

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name) // "" is UTC
	if err != nil {
		panic(fmt.Sprintf("emulator: Dialect.Zone %q: %v", name, err))
	}
	return loc
}
