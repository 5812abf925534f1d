package streams

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"tap-reprise/internal/api"
	"tap-reprise/internal/program"
	"tap-reprise/internal/rows"
	"tap-reprise/internal/stretch"
	"tap-reprise/tap"
)

// A Source is one account of a system: its tables, and how they are asked. It reads
// as tap.Source wants. A system adds Check. The fields are set before the first use
// and not changed then.
type Source struct {
	Settings
	Tables []*Table // in the order in which they are synced
	Env    tap.Env
	Client *api.Client

	// Name names a query in logs and errors, on one line, without a secret.
	Name func(q stretch.Query) string

	// Send asks q once and hands a good answer to read.
	Send func(ctx context.Context, q stretch.Query, read func(*api.Answer) error) error

	// Describe asks for the columns of a table, those sent on request only where they
	// are wanted; nil where every table is Fixed.
	Describe func(ctx context.Context, t *Table, wanted tap.Wanted) ([]rows.Meta, error)

	// Probe is a query that costs next to nothing, to learn the server's time.
	Probe func(r *Reader) stretch.Query

	// Parts lists the parts of the account, for the walk ByPart.
	Parts func(ctx context.Context) ([]Part, error)

	// Contact is whom to ask about the API: "your Reprise contact".
	Contact string

	// Cursors are the keys under which other connectors for the same API keep how far
	// they have come, the most telling first.
	Cursors []string

	pages     *stretch.Pages
	hints     map[string]*stretch.Hints // by table
	described map[string][]rows.Meta    // what a pipe sends and is offered, by table
	failed    map[string]bool           // tables that did not describe their columns
}

// Settings are what the config says to every stream.
type Settings struct {
	// Start is where to begin, and End where to end; zero: now. StartText and
	// EndText are what the user wrote.
	Start, End         time.Time
	StartText, EndText string

	// Lookback is how far back rows may still change.
	Lookback time.Duration

	// PageSize is how many rows a request asks for, WindowRows how many a count may
	// span, InFlight how many requests there are at once.
	PageSize, WindowRows, InFlight int

	// Personal says what becomes of personal columns: "full", "hashed" with Salt,
	// or "none".
	Personal, Salt string
}

// New returns the source of which the exported fields are as given.
func New(s Source) *Source {
	s.pages, s.hints = new(stretch.Pages), map[string]*stretch.Hints{}
	s.described, s.failed = map[string][]rows.Meta{}, map[string]bool{}
	for _, t := range s.Tables {
		s.hints[t.Name] = &stretch.Hints{}
	}
	return &s
}

// Table returns the table of a stream of that name, or nil.
func (s *Source) Table(name string) *Table {
	for _, t := range s.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Described reports whether a table has described its columns in this run.
func (s *Source) Described(name string) bool { _, ok := s.described[name]; return ok }

// Failed reports whether a table was asked for its columns in vain.
func (s *Source) Failed(name string) bool { return s.failed[name] }

// Now is the server's time.
func (s *Source) Now() time.Time { return s.Client.Clock().Now() }

// Note keeps what a table's endpoint describes: answers are held to it.
func (s *Source) Note(t *Table, meta []rows.Meta) {
	s.described[t.Name], _ = t.offered(meta)
}

// Tellable leaves out columns whose names hold a key or a token. They would stand in
// the catalog, and in every record.
func (s *Source) Tellable(meta []rows.Meta) []rows.Meta {
	return slices.DeleteFunc(slices.Clone(meta), func(m rows.Meta) bool {
		return s.Env.Secrets.In(m.Name) || s.Env.Secrets.In(m.Type)
	})
}

// Read reads one stream, as its table says.
func (s *Source) Read(ctx context.Context, stream tap.Stream, since tap.Bookmark) iter.Seq2[tap.Page, error] {
	t := s.Table(stream.Name)
	if t == nil {
		return func(yield func(tap.Page, error) bool) {
			yield(tap.Page{}, ConfigError(fmt.Errorf("there is no stream %q", stream.Name), "discover the catalog again"))
		}
	}
	return t.Walk(s.Reader(stream), ctx, since)
}

// ConfigError is an error that the user mends in the config, the catalog or the state.
func ConfigError(err error, hint string) error {
	return &program.Error{Code: program.ExitConfig, Hint: hint, Err: err}
}
