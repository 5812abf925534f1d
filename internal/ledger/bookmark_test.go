package ledger

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// settled is a bookmark that was complete at begin+40 days, with a look-back
// of ten days in one unit.
func settled() Bookmark {
	l := &ledger{from: begin, to: begin + 40*Day, filter: fingerprint("f"), lookback: 10 * Day}
	l.units = []unit{
		{from: begin + 30*Day, rows: 5, sum: 5, read: (begin + 40*Day) / Hour},
		{from: begin + 39*Day, rows: 7, sum: 7, read: (begin + 40*Day) / Hour},
	}
	return l.bookmark(&Options{Filter: "f"})
}

func tenDays(now int64) Options {
	return Options{Now: now, From: begin, Filter: "f", Lookback: 10 * 24 * time.Hour, Refresh: 2 * 24 * time.Hour}
}

func TestStart(t *testing.T) {
	now := begin + 41*Day
	for name, c := range map[string]struct {
		edit  func(b *Bookmark, o *Options)
		notes []Notice
		since int64 // where the ledger goes on, in days after begin
		floor int64 // from where on anything is looked at
		first kind
		idle  bool
	}{
		"our own bookmark":                       {since: 40, floor: 30},
		"no bookmark":                            {edit: func(b *Bookmark, _ *Options) { *b = Bookmark{} }},
		"a foreign one":                          {edit: func(b *Bookmark, _ *Options) { *b = Bookmark{Since: b.Since} }, notes: []Notice{Foreign}, since: 40, floor: 30, first: unread},
		"a foreign one, younger than look-back":  {edit: func(b *Bookmark, _ *Options) { *b = Bookmark{Since: begin + 4*Day} }, notes: []Notice{Foreign}, since: 4, first: unread},
		"a foreign one before the start":         {edit: func(b *Bookmark, _ *Options) { *b = Bookmark{Since: begin - 4*Day} }, notes: []Notice{Foreign}},
		"a foreign one in the future":            {edit: func(b *Bookmark, _ *Options) { *b = Bookmark{Since: now + Day} }, notes: []Notice{Poisoned}, since: 41, floor: 31, first: unread},
		"damage":                                 {edit: func(b *Bookmark, _ *Options) { b.Ledger = b.Ledger[1:] }, notes: []Notice{Damaged}, since: 40, floor: 28, first: unread},
		"damage, in the future":                  {edit: func(b *Bookmark, _ *Options) { b.Ledger, b.Since = "x", now+Day }, notes: []Notice{Damaged, Poisoned}, since: 31, floor: 19, first: unread},
		"damage, and a start behind it":          {edit: func(b *Bookmark, _ *Options) { b.Ledger, b.From = "x", now+Day }, notes: []Notice{Damaged}, since: 40, first: unread},
		"no ledger":                              {edit: func(b *Bookmark, _ *Options) { b.Ledger = "" }, notes: []Notice{NoLedger}, since: 40, floor: 28, first: unread},
		"no ledger, in the future":               {edit: func(b *Bookmark, _ *Options) { b.Ledger, b.Since = "", now+900*Day }, notes: []Notice{NoLedger, Poisoned}, since: 31, floor: 19, first: unread},
		"no ledger, and another filter":          {edit: func(b *Bookmark, o *Options) { b.Ledger, o.Filter = "", "g" }, notes: []Notice{NoLedger, Refilter}},
		"a newer version":                        {edit: func(b *Bookmark, _ *Options) { b.Ledger = "2" + b.Ledger[1:] }, notes: []Notice{Newer}, since: 40, floor: 28, first: unread},
		"another filter":                         {edit: func(_ *Bookmark, o *Options) { o.Filter = "g" }, notes: []Notice{Refilter}},
		"another filter and damage":              {edit: func(b *Bookmark, o *Options) { o.Filter, b.Ledger = "g", "x" }, notes: []Notice{Damaged, Refilter}},
		"our own in the future":                  {edit: func(_ *Bookmark, o *Options) { o.Now = begin + 39*Day }, notes: []Notice{Future}, since: 39, floor: 27, first: unread},
		"our own in a distant future":            {edit: func(_ *Bookmark, o *Options) { o.Now = begin + 20*Day }, notes: []Notice{Future}, since: 20, floor: 8, first: unread},
		"our own in the future, with its start":  {edit: func(_ *Bookmark, o *Options) { o.Now, o.From = begin-Day, begin-2*Day }, notes: []Notice{Future}, since: -2, floor: -2},
		"moved back by hand within the future":   {edit: func(b *Bookmark, o *Options) { b.Since, o.Now = begin+39*Day, begin+38*Day }, notes: []Notice{MovedBack, Future}, since: 30, floor: 26, first: unread},
		"a server's clock a minute behind":       {edit: func(_ *Bookmark, o *Options) { o.Now = begin + 40*Day - 60*Second }, since: 40, floor: 30},
		"moved back by hand":                     {edit: func(b *Bookmark, _ *Options) { b.Since -= 5 * Day }, notes: []Notice{MovedBack}, since: 30, floor: 30},
		"moved back by hand, beyond its units":   {edit: func(b *Bookmark, _ *Options) { b.Since -= 20 * Day }, notes: []Notice{MovedBack}, since: 20, floor: 20},
		"moved back by hand to a unit's border":  {edit: func(b *Bookmark, _ *Options) { b.Since -= Day }, notes: []Notice{MovedBack}, since: 39, floor: 30},
		"moved back by hand, beyond the start":   {edit: func(b *Bookmark, _ *Options) { b.Since = 0 }, notes: []Notice{MovedBack}},
		"moved back by hand out of the future":   {edit: func(b *Bookmark, o *Options) { b.Since, o.Now = begin+39*Day, begin+39*Day }, notes: []Notice{MovedBack}, since: 39, floor: 30},
		"moved on by hand":                       {edit: func(b *Bookmark, _ *Options) { b.Since += Day / 2 }, notes: []Notice{MovedOn}, since: 40, floor: 30},
		"moved on by hand, into the future":      {edit: func(b *Bookmark, _ *Options) { b.Since += 20 * Day }, notes: []Notice{MovedOn}, since: 40, floor: 30},
		"a start moved back":                     {edit: func(_ *Bookmark, o *Options) { o.From = begin - 3*Day }, since: 40, floor: -3, first: unread},
		"a start moved on, within closed time":   {edit: func(_ *Bookmark, o *Options) { o.From = begin + 3*Day }, since: 40, floor: 30},
		"a start moved on, within a unit":        {edit: func(_ *Bookmark, o *Options) { o.From = begin + 35*Day }, since: 40, floor: 35, first: unread},
		"a start moved on, to a unit":            {edit: func(_ *Bookmark, o *Options) { o.From = begin + 39*Day }, since: 40, floor: 39},
		"a start moved on, beyond the bookmark":  {edit: func(_ *Bookmark, o *Options) { o.From = begin + 41*Day }, since: 41, floor: 41},
		"a start in the future":                  {edit: func(_ *Bookmark, o *Options) { o.From = begin + 50*Day }, notes: []Notice{NotStarted}, since: 50, floor: 50, idle: true},
		"a longer look-back":                     {edit: func(_ *Bookmark, o *Options) { o.Lookback *= 2 }, since: 40, floor: 20, first: unread},
		"a longer look-back and an earlier from": {edit: func(_ *Bookmark, o *Options) { o.Lookback *= 2; o.From -= Day }, since: 40, floor: -1, first: unread},
		"a shorter look-back":                    {edit: func(_ *Bookmark, o *Options) { o.Lookback /= 2 }, since: 40, floor: 30},
	} {
		t.Run(name, func(t *testing.T) {
			b, o := settled(), tenDays(now)
			if c.edit != nil {
				c.edit(&b, &o)
			}
			r := Start(b, o)
			require.Equal(t, c.notes, r.Notices())
			for _, n := range c.notes {
				require.NotEqual(t, "unknown notice", n.String())
			}
			require.Equal(t, stamp(begin+c.since*Day), stamp(r.l.to))
			require.Equal(t, stamp(begin+c.floor*Day), stamp(r.l.floor()))
			require.Equal(t, c.idle, r.idle)
			if len(r.l.units) > 0 {
				require.Equal(t, c.first, r.l.units[0].kind)
			}
		})
	}
}

// TestStartMovedBackBridgesClosedTime: what was closed is not read again.
func TestStartMovedBackBridgesClosedTime(t *testing.T) {
	o := tenDays(begin + 40*Day)
	o.From = begin - 3*Day
	l := Start(settled(), o).l
	require.Equal(t, []kind{unread, closed, listed, listed}, []kind{l.units[0].kind, l.units[1].kind, l.units[2].kind, l.units[3].kind})
	require.Equal(t, Span{begin, begin + 30*Day}, l.span(1))

	// Until the gap is read, damage must find it again.
	require.Equal(t, stamp(begin), stamp(l.bookmark(o.withDefaults()).From))
	b := l.bookmark(o.withDefaults())
	b.Ledger = "x"
	l = Start(b, o).l
	require.Equal(t, Span{begin - 3*Day, begin}, l.span(0))
	require.Equal(t, unread, l.units[0].kind)
}

// TestLongerLookbackReopensClosedTime: also where a gap before it is unread.
func TestLongerLookbackReopensClosedTime(t *testing.T) {
	o := tenDays(begin + 40*Day)
	o.From = begin - 3*Day
	b := Start(settled(), o).l.bookmark(o.withDefaults())
	for name, c := range map[string]struct {
		days int64
		want []Span // closed
	}{
		"a part of it": {20, []Span{{begin, begin + 20*Day}}},
		"all of it":    {60, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := o
			o.Lookback = time.Duration(c.days) * 24 * time.Hour
			l := Start(b, o).l
			var still []Span
			for i, u := range l.units {
				if u.kind == closed {
					still = append(still, l.span(i))
				}
				require.Positive(t, l.span(i).Width())
			}
			require.Equal(t, c.want, still)
			require.Equal(t, begin-3*Day, l.floor())
			require.Equal(t, listed, l.units[len(l.units)-1].kind)
		})
	}
}

// TestDeepMerge: a loader that merges states keeps keys and replaces values. Every
// bookmark has the same keys, so only the newer one is left.
func TestDeepMerge(t *testing.T) {
	object := func(b Bookmark) (m map[string]any) {
		text, err := json.Marshal(b)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &m))
		return m
	}
	older, newer := settled(), settled()
	newer.Since += Day
	newer.Ledger = sample().encode()
	merged := object(older)
	maps.Copy(merged, object(newer))
	require.Equal(t, object(newer), merged)
}
