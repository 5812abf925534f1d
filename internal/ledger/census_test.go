package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A census counts how often something happened.
type census map[string]int

// note counts what happened, if it did.
func (c census) note(what string, happened bool) {
	if happened {
		c[what]++
	}
}

func (c census) add(other census) {
	for what, n := range other {
		c[what] += n
	}
}

func (c census) String() string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, "%9d %s\n", c[what], what)
	}
	return b.String()
}

// features are what a million steps have to hold, each of them.
var features = []string{
	"a row is late by seconds", "a row is late by hours", "a row is late by days", "a row is late by weeks",
	"a row arrives between two requests", "a row leaves between two requests", "a row leaves and another comes between two requests",
	"a second is larger than a page", "a second comes in parts", "a second does not stand still while it is paged",
	"a row leaves", "a row leaves and another comes in one hour", "a row is renamed", "a row is held twice", "two copies merge",
	"a row without a clock", "a row with a clock that lies elsewhere", "a row on a full hour",
	"the start is inclusive", "the start is exclusive", "the end is inclusive", "the end is exclusive",
	"a clock of seconds", "a clock of milliseconds",
	"nobody asks how bounds are read", "nobody can tell how bounds are read", "nobody counts",
	"a replica that lags tells", "a cache answers", "a limit is silently capped", "a page proves to be capped",
	"a small look-back", "a large look-back", "a count holds", "a count does not hold", "bounds are asked",
	"a unit larger than a stretch differs", "more units than are kept", "a ledger of more bytes than are kept",
	"a pause longer than the look-back", "a run is killed", "a run is killed between its bookmarks", "a reader stops without a word", "a reader breaks its word",
	"start_date is moved back", "start_date is moved on", "an end in the past", "the API's clock was fast by hours", "a clock that is behind",
	"one late row in a look-back that is counted", "nothing happened in a look-back that is counted", "a look-back read in turns", "verify of a ledger that differs",
	Foreign.String(), Poisoned.String(), Future.String(), Damaged.String(), Newer.String(), Refilter.String(), MovedBack.String(), MovedOn.String(), NotStarted.String(),
}

// missing are the features that never happened.
func (c census) missing() (none []string) {
	for _, f := range features {
		if c[f] == 0 {
			none = append(none, f)
		}
	}
	return none
}

// surroundings notes how the account and the API of a history are.
func (c census) surroundings(s *setting) {
	c.note("the start is inclusive", s.StartIn)
	c.note("the start is exclusive", !s.StartIn)
	c.note("the end is inclusive", s.EndIn)
	c.note("the end is exclusive", !s.EndIn)
	c.note("a clock of seconds", !s.MS)
	c.note("a clock of milliseconds", s.MS)
	c.note("nobody asks how bounds are read", s.NoBounds)
	c.note("nobody can tell how bounds are read", s.Mute)
	c.note("nobody counts", s.NoCount)
}

// late notes how late a row is of time that was read before.
func (c census) late(age int64) {
	switch {
	case age < 60*Second:
		c.note("a row is late by seconds", true)
	case age < Day:
		c.note("a row is late by hours", true)
	case age < 7*Day:
		c.note("a row is late by days", true)
	default:
		c.note("a row is late by weeks", true)
	}
}

// run notes what a run met.
func (c census) run(r *client, got outcome) {
	c.note("a small look-back", got.before != nil && got.Counts == 0)
	c.note("a large look-back", got.Counts > 0)
	c.note("a count holds", got.Counts > r.off)
	c.note("a count does not hold", r.off > 0)
	c.note("bounds are asked", r.watch.questions > 0)
	c.note("a page proves to be capped", r.capped > 0)
	c.note("a unit larger than a stretch differs", got.weighed)
	c.note("more units than are kept", got.squeezed)
	c.note("a ledger of more bytes than are kept", got.coarse)
	for _, n := range got.notes {
		c.note(n.String(), true)
	}
}
