package emulator

// replay_change_feed
//
// Behaviour: one row per published replay or link that was modified or
// deleted, its newest change. since_ingested_at is an exclusive cursor on
// ingested_at, which has whole seconds; without it everything comes. A row
// becomes visible a little after its stamp. Ordered by ingested_at alone: ties
// come in the order in which they happened here, in any order with
// Dialect.ShuffleTies.
//
// Source: Reprise Data API, section 4 "replay_change_feed"; section 6 "Change
// feed".

const (
	replayKind = "published_replay"
	linkKind   = "published_replay_link"
)

var changesPipe = pipe{
	name: "replay_change_feed",
	params: map[string]kind{
		"since_ingested_at": seconds,
		"limit":             count,
		"offset":            count,
	},
	open: openChanges,
}

// An entry is what a row is printed from.
type entry struct{ *change }

var changeColumns = []column[entry]{
	textColumn("entity_type", func(e *entry) string {
		if e.link {
			return linkKind
		}
		return replayKind
	}).as("Enum8('published_replay' = 1, 'published_replay_link' = 2)"),
	textColumn("entity_id", func(e *entry) string { return e.id }),
	optional("published_replay_id", func(e *entry) string { return e.parent }),
	textColumn("change_type", func(e *entry) string {
		if e.deleted {
			return "deleted"
		}
		return "modified"
	}).as("Enum8('deleted' = 1, 'modified' = 2)"),
	milliColumn("changed_at", func(e *entry) int64 { return e.changed }),
	secondColumn("ingested_at", func(e *entry) int64 { return e.ingested }),
}

func openChanges(v *view, q *query, p printer) *table {
	lo := int64(earliest)
	if q.since != earliest {
		lo = q.since + 1
	}
	rows := v.changesOf(lo)
	e := &entry{}
	return &table{
		columns: bind(changeColumns, p, e),
		rows:    rows,
		scanned: len(v.changeOrder),
		seek:    func(i int32) { e.change = &v.changes[i] },
		tied:    func(a, b int32) bool { return v.changes[a].ingested == v.changes[b].ingested },
	}
}
