package emulator

// Columns of replay_session_activity. The page's names, with the full list of
// an earlier client in between; meta types as ClickHouse would hold them.

var activityColumns = []column[activity]{
	textColumn("client_id", func(a *activity) string { return a.client }),
	textColumn("activity_id", func(a *activity) string { return a.event.id }),
	textColumn("activity_type", func(a *activity) string { return eventTypes[a.event.kind] }).as("LowCardinality(String)"),
	optional("snapshot_id", func(a *activity) string { return a.screen().id }),
	optional("snapshot_title", func(a *activity) string { return a.screen().title }),
	optional("guide_id", func(a *activity) string { return a.guided(a.replay.guide) }),
	optional("guide_step_number", func(a *activity) string { return a.guided(number(int(a.event.step) + 1)) }),
	optional("guide_text", func(a *activity) string { return a.guided(a.step()) }),
	optional("guide_trigger", func(a *activity) string { return a.guided("click") }).as("LowCardinality(Nullable(String))"),
	optional("button_text", func(a *activity) string { return buttons[eventTypes[a.event.kind]].text }),
	optional("button_action", func(a *activity) string { return buttons[eventTypes[a.event.kind]].action }),
	milliColumn("create_at", func(a *activity) int64 { return a.event.created }),
	bigColumn("client_seq", func(a *activity) uint64 { return a.event.seq }),
	textColumn("session_id", func(a *activity) string { return a.session.id }),
	clockColumn("session_created_at", func(a *activity) int64 { return a.session.clock }),
	optional("visitor_name", func(a *activity) string { return a.session.viewer.name }),
	optional("visitor_email", func(a *activity) string { return a.session.viewer.welcome }),
	optional("distinct_user", func(a *activity) string { return a.session.viewer.identity() }),
	textColumn("link_id", func(a *activity) string { return a.link.id }),
	textColumn("link_title", func(a *activity) string { return a.title }),
	optional("link_description", func(a *activity) string { return a.link.description }),
	textColumn("link_url", func(a *activity) string { return a.link.url }),
	boolColumn("link_is_active", func(a *activity) bool { return !a.deleted }),
	secondColumn("link_created_at", func(a *activity) int64 { return a.link.created }),
	optionalSecond("link_deleted_at", func(a *activity) int64 {
		if a.deleted {
			return a.link.deleted
		}
		return never
	}),
	bitColumn("link_is_default", func(a *activity) bool { return a.link.standard }),
	bitColumn("link_show_welcome", func(a *activity) bool { return a.link.welcome }),
	optional("link_welcome_title", func(a *activity) string { return a.link.welcomeTitle }),
	optional("link_welcome_note", func(a *activity) string { return a.link.welcomeNote }),
	bitColumn("link_viewer_email_req", func(a *activity) bool { return a.link.email }),
	bitColumn("link_viewer_password_req", func(a *activity) bool { return a.link.password }),
	textColumn("published_replay_id", func(a *activity) string { return a.is.id }),
	textColumn("published_replay_title", func(a *activity) string { return a.is.title }),
	secondColumn("published_replay_created_at", func(a *activity) int64 { return a.is.published }),
	textColumn("draft_replay_id", func(a *activity) string { return a.replay.draft }),
	textColumn("draft_replay_title", func(a *activity) string { return a.is.title }),
}

// Columns that come when asked for.
var (
	activityKey     = textColumn("visitor_key", func(a *activity) string { return a.session.viewer.key })
	activityCompany = optional("visitor_company", func(a *activity) string { return a.session.viewer.company })
	activityPoster  = []column[activity]{
		{"tags", "Array(String)", func(p printer, b []byte, a *activity) []byte { return p.texts(b, a.replay.tags) }},
		optional("poster_img", func(a *activity) string { return a.replay.poster }),
		textColumn("base_href", func(a *activity) string { return a.replay.base }),
	}
)
