package emulator

import "maps"

// The account's facts. Slices only grow and their elements never change once
// they are in: a copy of the slice headers is a snapshot. What changes over
// time (titles, deletions) is a new object in a new slice. Times are
// milliseconds since 1970; arrives is when the API first shows a thing.
type state struct {
	client string // client_id, the same in every row

	replays  []*replay
	links    []*link
	sessions []session
	events   []event
	lives    []live
	changes  []change

	// When a row was taken out of the API, by its place above.
	goneEvents, goneSessions, goneLives map[int32]int64
}

// A replay is a published demo, standard or live.
type replay struct {
	draft   string
	live    bool
	history []publication // oldest first, never empty
	deleted int64         // never if it stands
	guide   string
	steps   []string // guide texts
	tags    []string
	poster  string
	base    string
}

// A publication is what a replay is called from a moment on.
type publication struct {
	from      int64
	id, title string
	published int64
	screens   []screen
}

type screen struct{ id, title string }

// A link is one way to a replay.
type link struct {
	id                        string
	replay                    int32
	history                   []linkTitle // oldest first, never empty
	description, url          string
	created, deleted          int64 // deleted: never if it stands
	standard, welcome         bool
	email, password           bool // required of the viewer
	welcomeTitle, welcomeNote string
}

type linkTitle struct {
	from  int64
	title string
}

// A session is one viewing of a standard demo.
type session struct {
	id             string
	clock, arrives int64
	link           int32
	viewer         *viewer
}

// An event is one row of the activity feed.
type event struct {
	id      string
	created int64 // viewer's clock
	arrives int64
	seq     uint64
	session int32
	screen  int16 // -1 for none
	step    int16 // -1 for none
	kind    uint8 // index into eventTypes
}

// A live is one viewing of a LiveDemo.
type live struct {
	id             string
	clock, arrives int64
	replay         int32
	viewer         *viewer
}

// A change is one entry of the change feed.
type change struct {
	link       bool
	deleted    bool
	id, parent string
	changed    int64
	ingested   int64 // whole seconds
	arrives    int64
}

// at is the publication that holds at t.
func (r *replay) at(t int64) *publication {
	i := len(r.history) - 1
	for i > 0 && r.history[i].from > t {
		i--
	}
	return &r.history[i]
}

// at is the title that holds at t.
func (l *link) at(t int64) string {
	i := len(l.history) - 1
	for i > 0 && l.history[i].from > t {
		i--
	}
	return l.history[i].title
}

// with is m with one more entry; m itself stays as it is.
func with(m map[int32]int64, i int32, at int64) map[int32]int64 {
	c := maps.Clone(m)
	if c == nil {
		c = map[int32]int64{}
	}
	c[i] = at
	return c
}
