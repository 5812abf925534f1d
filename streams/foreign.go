package streams

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tap-reprise/internal/ledger"
	"tap-reprise/internal/settings"
	"tap-reprise/tap"
)

// errNoCursor says that a bookmark holds nothing to go on from.
var errNoCursor = errors.New("it holds no moment to go on from")

// takeOver reads the bookmark of another connector. One without any value is that of
// a stream that was never read. One that cannot be understood is an error: taken
// for an empty one, it would have everything loaded again.
func (r *Reader) takeOver(text tap.Bookmark) (position, error) {
	got := position{foreign: true, empty: true, from: r.Source.Start.UnixMicro()}
	at, err := r.cursorOf(json.RawMessage(text))
	if err != nil {
		return got, r.badBookmark(text, err)
	}
	if !at.IsZero() {
		got.at, got.empty = at.UnixMicro(), false
	}
	return got, nil
}

// warnTaken says what becomes of a bookmark that is another connector's or lies
// in the future, in the ledger's words.
func (r *Reader) warnTaken(old position, now int64) {
	notice := ledger.Foreign
	if old.at > now {
		notice = ledger.Poisoned
	}
	r.Log.Warn(notice.String(), "bookmark", rfc3339(old.at))
}

// cursorOf finds the moment in a bookmark. It is zero if there is a place for one,
// but no value.
func (r *Reader) cursorOf(text json.RawMessage) (time.Time, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return time.Time{}, err
	}
	blank := len(keys) == 0
	for _, key := range r.Source.Cursors {
		value, ok := keys[key]
		if !ok {
			continue
		}
		if at, err := parseCursor(value); err != nil || !at.IsZero() {
			return at, err
		}
		blank = true
	}
	// Airbyte's CDK: slices of time, a cursor for all partitions, or one each.
	for _, key := range []string{"slices", "states"} {
		if value, ok := keys[key]; ok {
			return r.earliest(value)
		}
	}
	for _, key := range []string{"state", "cursor"} {
		if value, ok := keys[key]; ok {
			return r.cursorOf(value)
		}
	}
	if blank {
		return time.Time{}, nil
	}
	return time.Time{}, errNoCursor
}

// earliest is how far that part of a list has come which is furthest behind. A slice
// is done up to the last row seen in it, or else up to its start.
func (r *Reader) earliest(text json.RawMessage) (time.Time, error) {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return time.Time{}, err
	}
	first := time.Time{}
	for _, part := range list {
		at, err := r.partOf(part)
		if err != nil || at.IsZero() {
			return time.Time{}, err
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, nil
}

func (r *Reader) partOf(part map[string]json.RawMessage) (time.Time, error) {
	if cursor, ok := part["cursor"]; ok {
		return r.cursorOf(cursor)
	}
	for _, key := range []string{"most_recent_cursor_value", "start"} {
		if at, err := parseCursor(part[key]); err != nil || !at.IsZero() {
			return at, err
		}
	}
	return time.Time{}, errNoCursor
}

// cursorForms are the spellings of a moment, beside dateForms, that have been
// seen in states. No zone means UTC.
var cursorForms = slices.Concat(settings.DateForms, []string{
	"2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999 Z0700",
	"2006-01-02 15:04:05.999999999 Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00",
	"20060102T150405Z0700", "20060102T150405", "20060102150405", "20060102", "2006/01/02 15:04:05", "2006/01/02",
	time.RFC1123, time.RFC1123Z,
})

// parseCursor reads a moment as text or as a number since 1970, in seconds or
// in any smaller unit. Null and the empty text are zero.
func parseCursor(value json.RawMessage) (time.Time, error) {
	var text string
	if len(value) == 0 || string(value) == "null" {
		return time.Time{}, nil
	}
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	plain := strings.ToUpper(strings.TrimSuffix(strings.TrimSuffix(text, " UTC"), " GMT"))
	for _, form := range cursorForms {
		for _, spelling := range []string{text, plain} {
			if at, err := time.Parse(form, spelling); err == nil {
				return at.UTC().Truncate(time.Microsecond), nil
			}
		}
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 && n < math.MaxInt64 {
		for n > 1e11 { // the year 5138 in seconds
			n /= 1000
		}
		return time.UnixMicro(int64(n * 1e6)).UTC(), nil
	}
	return time.Time{}, errors.New("a value of it is not a moment")
}
