package streams

import (
	"context"
	"errors"
	"iter"
	"slices"
	"tap-reprise/internal/stretch"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/tap"
)

// Windows says what the walk Windowed asks for: each of the windows for each kind.
type Windows struct {
	// Periods and Kinds are what the config wants.
	Periods, Kinds []string

	// AllKinds are all kinds that there are. A bookmark knows a kind by its place
	// here, which must not change.
	AllKinds []string

	// Whole: an answer holds all rows of its window, without a limit.
	Whole bool

	// Query asks for the figures of a window. b is how the API reads its bounds, as far
	// as is known.
	Query func(r *Reader, w Window, kind string, b ledger.Bounds) stretch.Query

	// Columns say which window a row is for.
	Columns []WindowColumn

	// AskBounds asks the API how it reads the bounds of a window, and for the moment
	// before which there is nothing, 0 if that is not known. nil: it is documented.
	AskBounds func(r *Reader, ctx context.Context) (b ledger.Bounds, first int64, err error)
}

// errStopped ends a read whose caller has seen enough.
var errStopped = errors.New("stopped by the caller")

// lookAgain is how often all windows within the look-back are read again. It is a
// little less than a day, for runs that begin early.
const lookAgain = int64(23 * time.Hour / time.Microsecond)

// Windowed reads figures of calendar windows: one query for each window and kind.
// Windows that are still open are asked for in every run, those within the
// look-back once a day; a window is written only if its figures changed.
func Windowed(r *Reader, ctx context.Context, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	return func(yield func(tap.Page, error) bool) {
		defer r.planner.close()
		m, err := r.startWindows(ctx, since)
		if err == nil {
			err = m.run(ctx, yield)
		}
		if err != nil && err != errStopped {
			yield(tap.Page{}, err)
		}
	}
}

// A windowsRun is one run of such a stream.
type windowsRun struct {
	r     *Reader
	given tap.Bookmark // as it came in
	old   position
	sums  *windowSums
	start int64 // from here windows are loaded
	end   int64 // to here
	first int64 // before it there is no session, as far as is known
	now   int64
	wide  bool // every window within the look-back is due
}

// startWindows reads the bookmark and finds out what is to be loaded.
func (r *Reader) startWindows(ctx context.Context, since tap.Bookmark) (*windowsRun, error) {
	old, err := r.positionOf(since)
	if err != nil {
		return nil, err
	}
	if err := r.setClock(ctx); err != nil {
		return nil, err
	}
	r.warnEnded(old)
	m := &windowsRun{r: r, given: since, start: r.Source.Start.UnixMicro()}
	m.end, m.now = r.until()
	m.old = r.windowsPosition(old, m.now)
	var unread error
	if m.sums, unread = decodeSums(m.old.members.Ledger); unread != nil {
		r.Log.Warn("the windows within the look-back are read and written again", "cause", unread.Error())
	}
	// A look in the future is that of a clock that was fast.
	looked := m.sums.looked * ledger.Hour
	m.wide = m.now-looked >= lookAgain || looked > r.Source.Now().UnixMicro()+ledger.Skew
	ask := r.Table.Windows.AskBounds
	if b := m.old.members.bounds(); ask != nil && (b.End == ledger.Unknown || b.Start == ledger.Unknown || m.old.empty) {
		b, m.first, err = ask(r, ctx)
		m.old.members.setBounds(b)
	}
	return m, err
}

// windowsPosition forgets a bookmark under which other windows were loaded, and
// heals one that is another connector's or lies in the future.
func (r *Reader) windowsPosition(old position, now int64) position {
	fresh := position{empty: true, members: members{EndInclusive: old.members.EndInclusive, StartExclusive: old.members.StartExclusive}}
	ahead := old.future(r.Source.Now())
	switch {
	case old.empty:
		return fresh
	case !old.foreign && old.filter != r.Table.Filter:
		r.Log.Warn("the windows or filters in the config changed; the stream starts over")
		return fresh
	case !old.foreign && r.Source.Start.UnixMicro() < old.from:
		r.Log.Warn("start_date moved to an earlier day; the stream starts over")
		return fresh
	case old.foreign || ahead:
		r.warnTaken(old, now)
		old.at = min(old.at, now) - micros(r.lookback())
	}
	return old
}

// A task is what one request asks for: a window and a kind.
type task struct {
	Window
	kind string
}

// due lists what has to be asked for. What closes first comes first. Links come
// before the replays that they are of: they are more, and a page that is shorter
// than another needs no proof that it is whole.
func (m *windowsRun) due() []task {
	var list []task
	kinds := slices.Sorted(slices.Values(m.r.Table.Windows.Kinds))
	slices.Reverse(kinds)
	for _, w := range windows(m.r.Table.Windows.Periods, m.start, m.end) {
		if w.closes() <= m.first {
			continue // a start_date long before the account's costs nothing
		}
		for _, kind := range kinds {
			sum, listed := m.sums.sums[m.keyOf(w, kind)]
			within := listed && sum == 0 || m.wide && (listed || w.closes() > m.now-micros(m.r.lookback()))
			if m.old.empty || w.closes() > m.old.at || within {
				list = append(list, task{w, kind})
			}
		}
	}
	return list
}

func (m *windowsRun) run(ctx context.Context, yield func(tap.Page, error) bool) error {
	if m.start > m.now {
		m.r.warnNotStarted()
		if m.given == nil {
			m.given = tap.Bookmark(`{"v":1}`)
		}
		yield(tap.Page{Bookmark: m.given, Done: 1}, nil) // and is not moved there
		return nil
	}
	tasks, i := m.due(), 0
	var shaky error
	for got, err := range stretch.Parallel(ctx, len(tasks), max(1, m.r.Source.InFlight), func(ctx context.Context, i int) (*stretch.Stretch, error) {
		return m.read(ctx, tasks[i])
	}) {
		if err == nil && got == nil {
			got, err = m.large(ctx, tasks[i], float64(i)/float64(len(tasks)), yield)
		}
		if err != nil {
			return err
		}
		page := tap.Page{Done: float64(i+1) / float64(len(tasks))}
		if m.enter(tasks[i], got) {
			page.Rows, page.Changes = got.Rows, m.r.changes(got)
		}
		if got.Shaky && shaky == nil {
			shaky = notTwice(m.r.Stream.Name, ledger.Span{From: tasks[i].From, To: tasks[i].To})
		}
		if i++; i == len(tasks) || tasks[i].Window != tasks[i-1].Window {
			page.Bookmark = m.cover(tasks[i-1].Window, i == len(tasks))
		}
		more := yield(page, nil)
		m.r.Spans.Done(got)
		if !more {
			return errStopped
		}
	}
	if len(tasks) == 0 && !yield(tap.Page{Bookmark: m.cover(Window{}, true), Done: 1}, nil) {
		return errStopped
	}
	return shaky
}

// enter puts the sum of a window's rows into the ledger. It reports whether the rows
// are to be written: those of a window that did not change are not. A window that
// may not be complete is listed as not read.
func (m *windowsRun) enter(t task, got *stretch.Stretch) bool {
	key, sum := m.keyOf(t.Window, t.kind), sumOf(got)
	known, listed := m.sums.sums[key]
	if got.Shaky {
		sum = 0
	}
	if listed || got.Shaky || t.closes() > m.now-micros(m.r.lookback()) { // else it is looked at this once
		m.sums.sums[key] = sum
	}
	if known == sum && !got.Shaky {
		m.r.Source.Env.Metrics.Add("rows_unchanged", m.r.Stream.Name, int64(got.Count()))
		return false
	}
	if listed {
		m.r.Source.Env.Metrics.Add("units_changed", m.r.Stream.Name, 1)
		m.r.Source.Env.Metrics.Add("rows_repeated", m.r.Stream.Name, int64(got.Count()))
	}
	return true
}

// cover returns the bookmark behind a window. A window leaves the ledger once it was
// looked at after the look-back had passed it.
func (m *windowsRun) cover(w Window, last bool) tap.Bookmark {
	if w.Period != "" && w.closes() <= m.now {
		m.old.at = max(m.old.at, w.End)
	}
	if last && m.wide {
		m.sums.looked = m.now / ledger.Hour
		for _, w := range windows(m.r.Table.Windows.Periods, m.start, m.end) {
			for _, kind := range m.r.Table.Windows.Kinds {
				if key := m.keyOf(w, kind); w.closes() <= m.now-micros(m.r.lookback()) && m.sums.sums[key] != 0 {
					delete(m.sums.sums, key)
				}
			}
		}
	}
	mark := m.old.members
	mark.From, mark.Ledger = rfc3339(m.start), m.sums.encode()
	return m.r.save(mark, max(m.start, m.old.at))
}
