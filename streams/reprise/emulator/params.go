package emulator

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parameters.
//
// Behaviour: each pipe takes the parameters of its table on the page. A value
// that is not of its type, a missing start_timestamp and an end before the
// start are answered 400 with a text that names the problem. Timestamps are
// UTC in exactly the documented form, between 1970 and 2105, the range of
// ClickHouse's DateTime. A parameter of type "any" counts by its presence.
//
// Stricter than the original on purpose: an unknown parameter and one given
// twice are refused.
//
// Source: Reprise Data API, section 2 "Timestamps and clocks", section 4 the
// parameter tables, section 7 "Data endpoints".

// A kind is a type of parameter.
type kind int

const (
	seconds kind = iota // YYYY-MM-DD HH:MM:SS
	millis              // the same, or with .mmm
	count               // a number from 0
	flag                // any value
	words               // comma-separated
	ids                 // pipe-separated
	word                // one value
)

const (
	earliest = -1 << 62 // before every clock
	never    = 1 << 62  // after every clock
)

// A query is a request's parameters. Times are in milliseconds.
type query struct {
	given  url.Values
	start  int64 // earliest if none
	end    int64 // never if none
	since  int64 // earliest if none
	limit  int   // -1 if none
	offset int
}

func (q *query) has(name string) bool { return q.given.Has(name) }

// set is the values of a list parameter; nil if it was not given.
func (q *query) set(name, separator string) map[string]bool {
	if !q.has(name) {
		return nil
	}
	set := map[string]bool{}
	for value := range strings.SplitSeq(q.given.Get(name), separator) {
		set[value] = true
	}
	return set
}

// parse reads a pipe's parameters. The error is the text of a 400.
func (p *pipe) parse(given url.Values) (*query, error) {
	q := &query{given: given, start: earliest, end: never, since: earliest, limit: -1}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		k, known := p.params[name]
		if !known {
			return nil, fmt.Errorf("%s is not a query param of this endpoint", name)
		}
		if len(given[name]) > 1 {
			return nil, fmt.Errorf("%s query param is given %d times", name, len(given[name]))
		}
		if err := q.read(name, given.Get(name), k); err != nil {
			return nil, err
		}
	}
	if q.end < q.start {
		return nil, fmt.Errorf("end_timestamp (%s) must not be earlier than start_timestamp (%s)",
			given.Get("end_timestamp"), given.Get("start_timestamp"))
	}
	return q, nil
}

func (q *query) read(name, value string, k kind) error {
	switch k {
	case seconds, millis:
		t, err := timestamp(name, value, k)
		if err != nil {
			return err
		}
		switch name {
		case "start_timestamp":
			q.start = t
		case "end_timestamp":
			q.end = t
		default:
			q.since = t
		}
	case count:
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || value[0] == '+' {
			return fmt.Errorf("%s (Int32) query param must be a number from 0, not %q", name, value)
		}
		if name == "limit" {
			q.limit = n
		} else {
			q.offset = n
		}
	case word:
		if value != replayKind && value != linkKind {
			return fmt.Errorf("%s (String) query param must be %s or %s, not %q", name, replayKind, linkKind, value)
		}
	case ids, words:
		if value == "" {
			return fmt.Errorf("%s (String) query param is empty", name)
		}
	}
	return nil
}

// timestamp reads a time parameter in milliseconds.
func timestamp(name, value string, k kind) (int64, error) {
	form := "2006-01-02 15:04:05"
	if k == millis && len(value) == len(form)+len(".000") {
		form += ".000"
	}
	t, err := time.Parse(form, value)
	// Parse takes a fraction that the form lacks, and a comma for a point.
	if err != nil || len(value) != len(form) || strings.Contains(value, ",") {
		return 0, fmt.Errorf("%s (DateTime) query param must be YYYY-MM-DD HH:MM:SS, not %q", name, value)
	}
	if t.Year() < 1970 || t.Year() > 2105 {
		return 0, fmt.Errorf("%s (DateTime) query param %q is out of range", name, value)
	}
	return t.UnixMilli(), nil
}
