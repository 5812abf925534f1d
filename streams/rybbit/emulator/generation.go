package emulator

// A Generation is which paths and rules a server has.
type Generation int

const (
	// Legacy is server 2.2.4 of December 2025, whose paths the vendor's page
	// has: /api/sessions/:site. An incomplete window means all history.
	Legacy Generation = iota

	// Current is server 2.7.0 of July 2026: /api/sites/:site/sessions. An
	// incomplete window is refused.
	Current
)

// String is the name that the recordings give the generation.
func (g Generation) String() string {
	if g == Current {
		return "current"
	}
	return "legacy"
}

// Version is what /api/version says. A Legacy server has no such path.
func (g Generation) Version() string {
	if g == Current {
		return "2.7.0"
	}
	return "2.2.4"
}

// A Dialect is what differs between servers of one generation. The zero
// Dialect is the Legacy server as it was recorded, over a table in many parts.
type Dialect struct {
	Generation Generation

	// Capped is a server of mid 2025: the list of sessions ignores limit and
	// gives 100 rows a page.
	Capped bool

	// Newest is what the vendor's source of September 2026 adds to Current:
	// a total order of the sessions list, view, sort_by, sort_order and max_*,
	// event times with milliseconds, the columns device_model, app_version and
	// goals, and a token bucket with a daily quota if [Server.LimitOwners] is
	// called.
	Newest bool

	// Quiet is a site whose events lie in few parts: rows that tie keep their
	// order from request to request, so pages lose nothing.
	Quiet bool
}
