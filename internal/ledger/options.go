package ledger

import "time"

// Options say what a run is to do. Instants and widths in µs are rounded down to
// whole seconds.
type Options struct {
	// Now is the API's clock as the run begins, in µs since 1970 UTC.
	Now int64

	// From is the first instant to load.
	From int64

	// To is the end of what to load; 0, or later than Now, means Now.
	To int64

	// Lookback is how long after its session a row may still arrive.
	Lookback time.Duration

	// Refresh is how often every row of a large look-back is read again; 0
	// means never.
	Refresh time.Duration

	// Overlap is how much before the bookmark every run reads again; 0 means an
	// hour.
	Overlap time.Duration

	// Page is how many rows one request may answer; 0 means 10,000.
	Page int

	// Window is how many rows one count may span; 0 means 200,000.
	Window int

	// Reread is up to how many rows a look-back is simply read again, every
	// run; 0 means five pages, a negative number never.
	Reread int

	// Units is how many units the ledger keeps; 0 means 720.
	Units int

	// Filter is a short fingerprint of the options that decide which rows
	// exist. A stream whose fingerprint changed starts over.
	Filter string

	// Border draws the borders of new units: the first one after an instant.
	// nil means every full hour.
	Border func(at int64) int64

	// CanCount says that the API can be asked for a number of rows. Without it,
	// what is not read is taken to be as it was until it is refreshed.
	CanCount bool

	// CanAsk says that the API can be asked how it reads its bounds. A run asks
	// at most twice, and never again once the bookmark knows. What stays Unknown
	// is read instead of counted.
	CanAsk bool
}

// withDefaults fills in what was left 0 and floors instants.
func (o Options) withDefaults() *Options {
	o.From = FloorTo(o.From, Second)
	if o.Overlap == 0 {
		o.Overlap = time.Hour
	}
	if o.Page == 0 {
		o.Page = 10_000
	}
	if o.Window == 0 {
		o.Window = 200_000
	}
	if o.Reread == 0 {
		o.Reread = 5 * o.Page
	}
	if o.Units == 0 {
		o.Units = 720
	}
	if o.Border == nil {
		o.Border = nextHour
	}
	return &o
}

// now is the last whole second.
func (o *Options) now() int64 { return FloorTo(o.Now, Second) }

// end is where the run ends.
func (o *Options) end() int64 {
	if o.To != 0 && o.To < o.Now {
		return FloorTo(o.To, Second)
	}
	return o.now()
}

// hour is the current hour since 1970.
func (o *Options) hour() int64 { return FloorTo(o.Now, Hour) / Hour }

func (o *Options) lookback() int64 { return FloorTo(o.Lookback.Microseconds(), Second) }
func (o *Options) refresh() int64  { return FloorTo(o.Refresh.Microseconds(), Second) }

// fit is how many known rows one request is filled with.
func (o *Options) fit() int { return max(1, int(float64(o.Page)*fillKnown)) }
