package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A deed is one thing that happens in a history. Its seed makes it do the same
// wherever it stands. So deeds can be left out to find the few that matter.
type deed struct {
	kind string
	n    int
	age  int64 // of the sessions concerned, or time that passes
	seed uint64
}

func (d deed) String() string {
	return fmt.Sprintf("%s n=%d age=%s seed=%d", d.kind, d.n, hours(d.age), d.seed)
}

func hours(µs int64) string { return fmt.Sprintf("%.2fh", float64(µs)/float64(Hour)) }

// A history is an account and what happens to it.
type history struct {
	seed  uint64
	deeds []deed
}

func (h history) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %+v\n", h.seed, newSetting(h.seed))
	for _, d := range h.deeds {
		fmt.Fprintln(&b, "  "+d.String())
	}
	return b.String()
}

// kinds lists the deeds by how often they happen.
var kinds = []struct {
	kind   string
	weight int
}{
	{"wait", 20}, {"pause", 2}, {"arrive", 18}, {"late", 12}, {"burst", 3}, {"quake", 1}, {"flood", 1}, {"border", 5},
	{"remove", 5}, {"rename", 6}, {"mask", 4}, {"double", 3}, {"merge", 3}, {"stray", 4},
	{"run", 34}, {"kill", 14}, {"twice", 2}, {"still", 2}, {"lone", 3}, {"undo", 1}, {"grow", 1}, {"schedule", 1}, {"verify", 2}, {"lie", 2},
	{"earlier", 2}, {"later", 1}, {"damage", 2}, {"newer", 1}, {"foreign", 1}, {"refilter", 1}, {"rewind", 1}, {"lookback", 1},
	{"future", 1}, {"further", 1}, {"poison", 1}, {"end", 2},
}

// scenes are deeds that matter most one after the other. Their ages are in hours; -1
// is any.
var scenes = [][]struct {
	kind string
	age  int64
}{
	// A gap in the distant past, half read when the ledger is damaged.
	{{"flood", 700}, {"run", -1}, {"earlier", 500}, {"kill", -1}, {"damage", -1}, {"run", -1}},
	// Old rows leave, and with them the share to refresh; young ones change.
	{{"fade", -1}, {"fade", -1}, {"fade", -1}, {"flood", 3}, {"run", -1}, {"rename", 3}, {"wait", 5}, {"run", -1}, {"wait", 5}, {"run", -1}, {"wait", 5}, {"run", -1}, {"wait", 9}, {"run", -1}, {"wait", 9}, {"run", -1}, {"wait", 9}, {"run", -1}},
	// A row hides in time that is about to leave, and the ledger is damaged.
	{{"fade", -1}, {"flood", 40}, {"run", -1}, {"hide", -1}, {"wait", 1}, {"run", -1}, {"wait", 4}, {"damage", -1}, {"run", -1}, {"wait", 30}, {"wait", 9}, {"run", -1}},
	// A row hides just before its unit leaves.
	{{"fade", -1}, {"flood", 40}, {"run", -1}, {"mask", 150}, {"mask", 60}, {"mask", 30}, {"wait", 1}, {"run", -1}, {"wait", 4}, {"late", 100}, {"run", -1}, {"wait", 30}, {"run", -1}, {"wait", 30}, {"run", -1}},
	// A row hides, and its neighbours change when they are too old to matter.
	{{"fade", -1}, {"fade", -1}, {"flood", 40}, {"run", -1}, {"hide", -1}, {"wait", 1}, {"run", -1}, {"wait", 4}, {"stir", -1}, {"run", -1}, {"stir", -1}, {"run", -1}, {"wait", 30}, {"wait", 9}, {"run", -1}},
	// Runs within the Skew of the servers' clocks, and rows in between.
	{{"arrive", 1}, {"run", -1}, {"arrive", 1}, {"run", -1}, {"late", 1}, {"run", -1}},
	// Rows that are counted elsewhere than they lie.
	{{"flood", 90}, {"flood", 90}, {"stray", 90}, {"stray", 60}, {"run", -1}, {"late", 90}, {"stray", 60}, {"run", -1}, {"late", 60}, {"run", -1}, {"late", 30}, {"wait", 3}, {"run", -1}},
	// A gap in the distant past, half read when the look-back grows beyond it.
	{{"flood", 90}, {"lookback", 30}, {"run", -1}, {"earlier", 300}, {"kill", -1}, {"verify", -1}, {"late", 60}, {"lookback", 100}, {"run", -1}},
	// A gap in the distant past, half read when the bookmark is set back into it.
	{{"flood", 700}, {"run", -1}, {"earlier", 500}, {"kill", -1}, {"rewind", 400}, {"run", -1}},
	// A look-back that grows, shrinks and grows, over a gap that is not read yet.
	{{"flood", 200}, {"lookback", 30}, {"run", -1}, {"earlier", 300}, {"kill", -1}, {"lookback", 100}, {"kill", -1}, {"lookback", 50}, {"kill", -1}, {"lookback", 60}, {"run", -1}},
	// A clock that was fast says that time was read which is still to come.
	{{"flood", 90}, {"flood", 60}, {"run", -1}, {"future", 20}, {"mask", 60}, {"mask", 30}, {"mask", 30}, {"run", -1}, {"wait", 12}, {"run", -1}, {"wait", 12}, {"run", -1}, {"wait", 12}, {"run", -1}, {"wait", 12}, {"run", -1}},
	// More units than a bookmark can hold.
	{{"dense", 40}, {"run", -1}, {"late", 30}, {"kill", -1}, {"run", -1}, {"lone", -1}},
	// A schedule in a look-back that is read in turns.
	{{"flood", 90}, {"flood", 90}, {"flood", 40}, {"still", -1}, {"schedule", -1}},
	// A start in the future, and back.
	{{"later", 700}, {"run", -1}, {"earlier", 700}, {"run", -1}},
	// Nothing happens to many rows.
	{{"flood", 40}, {"flood", 90}, {"late", 60}, {"run", -1}, {"still", -1}},
	// Rows where units meet, among few others.
	{{"border", 90}, {"border", 60}, {"border", 40}, {"border", 90}, {"flood", 90}, {"run", -1}, {"still", -1}},
	// One late row among many.
	{{"flood", 90}, {"flood", 90}, {"run", -1}, {"lone", -1}, {"verify", -1}},
	// Seconds that cannot be read, beside time that is counted.
	{{"flood", 40}, {"flood", 90}, {"run", -1}, {"quake", 20}, {"run", -1}, {"run", -1}, {"quake", 9}, {"run", -1}, {"run", -1}},
	// Many days, a change in several.
	{{"flood", 90}, {"flood", 90}, {"run", -1}, {"late", 90}, {"run", -1}, {"late", 90}, {"rename", 90}, {"wait", 3}, {"run", -1}, {"late", 60}, {"run", -1}},
}

// newHistory draws a history.
func newHistory(seed uint64) history {
	rng := rand.New(rand.NewPCG(seed, 1))
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	h := history{seed: seed}
	for range 10 + rng.IntN(80) {
		at := rng.IntN(total)
		for _, k := range kinds {
			if at -= k.weight; at < 0 {
				h.deeds = append(h.deeds, newDeed(k.kind, rng))
				break
			}
		}
		if rng.IntN(20) == 0 {
			for _, s := range scenes[rng.IntN(len(scenes))] {
				d := newDeed(s.kind, rng)
				if s.age >= 0 {
					d.age = s.age*Hour - rng.Int64N(Hour)
				}
				h.deeds = append(h.deeds, d)
			}
		}
	}
	h.deeds = append(h.deeds, deed{kind: "wait", age: 2 * Hour, seed: 1}, deed{kind: "run", seed: 2})
	return h
}

func newDeed(kind string, rng *rand.Rand) deed {
	d := deed{kind: kind, n: 1 + rng.IntN(8), seed: rng.Uint64()}
	switch rng.IntN(8) {
	case 0, 1:
		d.age = rng.Int64N(10 * 60 * Second)
	case 2, 3:
		d.age = rng.Int64N(5 * Hour)
	case 4, 5:
		d.age = rng.Int64N(30 * Hour)
	case 6:
		d.age = rng.Int64N(28 * Day)
	default:
		d.age = rng.Int64N(9 * Day)
	}
	switch kind {
	case "pause":
		d.age = rng.Int64N(30 * Day)
	case "wait":
		d.age = min(d.age, 30*Hour)
	case "kill":
		d.n = rng.IntN(25)
	case "flood", "fade":
		d.n = 20 + rng.IntN(100)
	case "dense":
		d.n = 1500
	}
	return d
}

// A setting is how the account, the API and the options of a history are.
type setting struct {
	Page, Window, Units        int
	Reread                     int
	Lookback, Refresh, Overlap int64
	StartIn, EndIn, MS, Place  bool
	Cap                        int
	Lag                        int64
	Removals, Renames, Twins   bool
	Strays, Storm              bool
	Splits                     int
	NoBounds, Mute, NoCount    bool
	Skewed, Fine, Weeks        bool
	TTL                        int64
}

// border draws the borders of units: every minute in a fine ledger.
func (s *setting) border(at int64) int64 {
	if s.Fine {
		return FloorTo(at, 60*Second) + 60*Second
	}
	return nextHour(at)
}

func newSetting(seed uint64) setting {
	rng := rand.New(rand.NewPCG(seed, 2))
	flip := func(of int) bool { return rng.IntN(of) == 0 }
	s := setting{
		Page: 5 + rng.IntN(8)*rng.IntN(5), Units: 720, Cap: 1 << 30,
		Lookback: (1 + rng.Int64N(6)) * Day / (1 + rng.Int64N(2)), Refresh: rng.Int64N(4) * Day / 2,
		StartIn: flip(2), EndIn: flip(2), MS: flip(2), Place: flip(2),
		Removals: !flip(3), Renames: !flip(3), Strays: flip(3), Storm: flip(4), NoBounds: flip(5), Skewed: flip(4),
	}
	s.Reread = s.Page * (1 + 4*rng.IntN(2))
	s.Twins = s.Removals && flip(2)
	s.Window = s.Page * (1 + rng.IntN(10))
	if flip(2) {
		s.Units = 2 + rng.IntN(30)
	}
	if flip(3) {
		s.Cap = max(5, s.Page/2) + rng.IntN(s.Page)
	}
	if flip(3) {
		s.Lag = rng.Int64N(90) * Second
	}
	if flip(3) {
		s.Splits = 2 + rng.IntN(6)
	}
	if flip(3) {
		s.Overlap = rng.Int64N(30) * Hour
	}
	if flip(4) {
		s.TTL = rng.Int64N(60) * Second
	}
	s.Mute, s.NoCount, s.Fine, s.Weeks = flip(8), flip(8), flip(12), flip(8)
	if s.Fine {
		s.Units = 3000
	}
	if s.Weeks {
		s.Lookback = (14 + rng.Int64N(16)) * Day
	}
	return s
}
