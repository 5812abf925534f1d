package ledger

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var mutate = flag.Bool("mutate", false, "take out each guard of the package in turn and see TestProperty fail")

// A mutant is the package without one of its guards.
type mutant struct{ file, with, without string }

var mutants = map[string]mutant{
	"a unit that grew is not written":             {"unit.go", "u.rows == rows && u.sum == sum", "rows >= u.rows"},
	"sums are not compared":                       {"unit.go", "u.rows == rows && u.sum == sum", "u.rows == rows"},
	"merged units were read when the later was":   {"unit.go", "u.read = min(u.read, next.read)", "u.read = max(u.read, next.read)"},
	"merged units forget strays":                  {"unit.go", "u.stray = u.stray || next.stray", ""},
	"merged units lose rows":                      {"unit.go", "u.rows += next.rows", ""},
	"rows on a unit's first instant do not count": {"unit.go", "u.first++", ""},

	"a unit leaves without a last look":          {"ledger.go", "u.read*Hour < l.end(n)+lookback", "u.read*Hour < l.end(n)"},
	"a unit leaves before its span is read":      {"ledger.go", "n < len(l.units) && l.end(n) <= upTo", "n < len(l.units)"},
	"an unread unit leaves":                      {"ledger.go", "u.kind == unread || u.kind == listed &&", "u.kind == listed &&"},
	"units to be read are merged with others":    {"merge.go", "return max(0, l.at(at))", "return len(l.units)"},
	"half a unit's change is taken for none":     {"weigh.go", "!r.scale.shaky && u.same(r.scale.rows, r.scale.sum)", "true"},
	"a weighed unit is not read again":           {"weigh.go", "r.differ = append(r.differ, span)", ""},
	"strays are let go with a weighed unit":      {"absorb.go", "p.write || p.weigh && s.stray(i)", "p.write"},
	"strays pass for rows in time":               {"absorb.go", "pieces[0].stray = true", ""},
	"what is unread stays unread":                {"plan.go", "u.kind == unread || p.l.end", "u.kind > closed || p.l.end"},
	"units with strays are counted":              {"plan.go", "if u.stray {", "if u.stray && false {"},
	"a small look-back is counted":               {"plan.go", "return n <= p.opt.Reread", "return n <= p.opt.Reread/5"},
	"what does not hold is not read":             {"counting.go", "p.mark(g.i, g.j)", ""},
	"more rows are taken to hold":                {"counting.go", "v == Exactly", "v != Fewer"},
	"one change is enough":                       {"counting.go", "g.off = g.off && !p.anyRead(g.left, g.i)", "if p.anyRead(g.left, g.i) {\n\t\t\tp.pop()\n\t\t\tcontinue\n\t\t}"},
	"the right half is never asked":              {"counting.go", "gap{i: mid, j: g.j, left: g.i, off: g.off}, ", ""},
	"rows on an exclusive start are not seen":    {"bounds.go", "if l.bounds.Start != Inclusive {\n\t\ti--\n\t}", ""},
	"the first instant of a gap is not seen":     {"counting.go", "p.l.bounds.Start != Inclusive", "false"},
	"an exclusive start is counted as inclusive": {"bounds.go", "n -= head", ""},
	"an inclusive end is counted as exclusive":   {"bounds.go", "n += tail", ""},
	"rows on an end of unknown reading count":    {"bounds.go", "if tail > 0 {\n\t\t\treturn s, 0, false", "if tail < 0 {\n\t\t\treturn s, 0, false"},
	"rows on a start of unknown reading count":   {"bounds.go", "if head > 0 {\n\t\t\treturn s, 0, false", "if head < 0 {\n\t\t\treturn s, 0, false"},
	"nothing falls due":                          {"refresh.go", "u.read*Hour > due && share <= 0", "due != 0 && share <= 0"},
	"nothing is refreshed":                       {"plan.go", "	p.refresh()\n", ""},
	"a count is taken for a reading":             {"counting.go", "if p.opt.refresh() > 0 {", "if false {"},

	"bounds are never asked":                 {"counting.go", "if !p.opt.CanAsk {", "if true {"},
	"an answer about the start is not heard": {"bounds.go", "b.Start = got.Start", ""},
	"an answer about the end is not heard":   {"bounds.go", "b.End = got.End", ""},

	"a clock that is behind cuts the last unit":  {"plan.go", "case s.Width() == 0:", "case false:"},
	"an end of about now is taken for an end":    {"run.go", "&& r.opt.To < r.opt.Now-Skew", ""},
	"a start moved back leaves a gap":            {"rewind.go", "l.prepend(from, unread)", "l.prepend(from, closed)"},
	"a start moved on leaves a torn unit":        {"rewind.go", "if l.units[0].from != from {", "if false {"},
	"a longer look-back is not read":             {"bookmark.go", "if lookback := o.lookback(); lookback > l.lookback {", "if lookback := o.lookback(); false {"},
	"a damaged ledger's look-back is not read":   {"bookmark.go", "l.prepend(max(from, to-width), unread)", ""},
	"a damaged ledger's rest is not read":        {"bookmark.go", "o.lookback()+o.refresh()), notes", "o.lookback()), notes"},
	"damage hides a gap":                         {"bookmark.go", "b.From = l.end(i)", "_ = i"},
	"a new filter goes on":                       {"bookmark.go", "l.filter != fingerprint(o.Filter)", "false"},
	"a new filter goes on from a damaged ledger": {"bookmark.go", "if b.Filter != o.Filter {", "if false {"},
	"a reader that stops is believed":            {"step.go", "if r.at < r.span.To {", "if r.at < r.span.From {"},
	"a bookmark of others' future is followed":   {"bookmark.go", "if b.Since > o.Now {", "if false {"},
	"a fast clock's readings count":              {"rewind.go", "if u := &l.units[i]; u.read*Hour > latest {", "if u := &l.units[i]; false {"},
	"a start in the future is read up to":        {"run.go", "r.opt.From > r.opt.Now", "false"},

	"the first run is told of another connector":  {"bookmark.go", "if b == (Bookmark{}) {", "if false {"},
	"another connector's bookmark is damage":      {"bookmark.go", "if b == (Bookmark{Since: b.Since}) {", "if false {"},
	"a newer ledger is damage":                    {"bookmark.go", "errors.Is(err, errNewer)", "errors.Is(err, errNewer) && false"},
	"nobody is told of a bookmark moved on":       {"bookmark.go", "case b.Since > l.to && l.to <= o.Now+Skew:", "case false:"},
	"a bookmark moved back forgets a gap":         {"rewind.go", "if i < len(l.units) && l.units[i].from < at {", "if false {"},
	"a longer look-back reads what is older":      {"rewind.go", "|| l.end(i) <= at", ""},
	"a longer look-back reads what it knows":      {"rewind.go", "if u.kind != closed || l.end(i) <= at {", "if l.end(i) <= at {"},
	"a longer look-back reads all that is closed": {"rewind.go", "if u.from < at {", "if false {"},

	// Guards of requests, warehouse credits and bytes.
	"damage is not noticed":                      {"seal.go", "crc32.ChecksumIEEE(b[:sum]) == binary.LittleEndian.Uint32(b[sum:])", "true"},
	"a ledger may be of any size":                {"encode.go", "len(s) <= MaxEncoded", "len(s) > 0"},
	"shrinking joins any neighbours":             {"merge.go", "best < 0 || r < rows", "best < 0 || r > rows"},
	"unread and listed time are one":             {"unit.go", "if u.kind != next.kind {", "if false {"},
	"units that outgrow a page are merged":       {"merge.go", "a.rows+b.rows <= fit", "a.rows+b.rows >= 0"},
	"empty hours stay apart":                     {"merge.go", "case a.rows+b.rows == 0:", "case false:"},
	"a shaky second is taken for complete":       {"weigh.go", "if s.Shaky {", "if false {"},
	"a start moved back hides closed time":       {"rewind.go", "l.prepend(l.from, closed)", ""},
	"a longer look-back leaves closed time be":   {"rewind.go", "if u.kind != closed || l.end(i) <= at {", "if true {"},
	"a bookmark moved back is not followed":      {"bookmark.go", "case b.Since < l.to:", "case false:"},
	"a bookmark from the future is followed":     {"bookmark.go", "	l.heal(o)\n", ""},
	"what a fast clock let go stays so":          {"rewind.go", "l.reopen(max(l.from, o.now()-o.lookback()-o.refresh()))", ""},
	"a clock a little behind takes back a run":   {"bookmark.go", "if l.to <= o.Now+Skew {", "if l.to <= o.Now {"},
	"the last hour is not read again":            {"plan.go", "|| p.l.end(i) > recent", "|| recent < 0"},
	"time behind the end is looked at":           {"run.go", "r.l.end(p.last-1) > r.opt.To", "false"},
	"what lies between two spans is asked apart": {"plan.go", "rows <= p.opt.Page/4", "rows < 0"},
	"a span that does not fit is read at once":   {"counting.go", "if g.off && (p.l.rows(g.i, g.j) <= p.opt.fit() || g.j-g.i == 1) {", "if g.off {"},
	"windows are not halved":                     {"counting.go", "p.l.rows(g.i, g.j) <= p.opt.Window || g.j-g.i == 1", "true"},
	"bounds are asked for ever":                  {"counting.go", "|| p.questions >= maxBoundQuestions", ""},
	"the refresh comes all at once":              {"refresh.go", "return int(passed) * p.opt.fit()", "return int(passed) * 0"},
	"the refresh reads everything":               {"refresh.go", "u.read*Hour > due && share <= 0", "u.read*Hour > due && false"},
	"the end of a count is any instant":          {"counting.go", "if p.l.bounds.End != Exclusive", "if false"},
	"a cut goes beyond what fits":                {"cut.go", "if rows <= room {", "if rows <= room+c.page {"},
	"a cut grows without measure":                {"cut.go", "return last.Over * maxGrowth", "return maxSeconds * Second"},
	"a capped page is not learnt":                {"cut.go", "if last.Page > 0 {", "if false {"},
	"a reader may leave a gap":                   {"step.go", "s.Span.From != r.at ||", ""},
	"a reader may run over":                      {"step.go", "s.Span.To > r.span.To ||", ""},
	"a reader may cut a second":                  {"step.go", "|| s.Span.To%Second != 0", ""},
	"no unit ever leaves":                        {"ledger.go", "u.read*Hour < l.end(n)+lookback", "true"},
	"closed time never leaves":                   {"ledger.go", "u.kind == listed && u.read", "u.read"},
	"a count that holds lets nothing leave":      {"counting.go", "if p.opt.refresh() > 0 {", "if true {"},
	"a refresh of never comes all the same":      {"refresh.go", "if every == 0 {", "if false {"},
	"rows without a clock have one":              {"stretch.go", "!row.HasAt || ", ""},
	"what was not asked for is taken to be off":  {"counting.go", "g.off = g.off && !p.anyRead(g.left, g.i)", "g.off = g.left < g.i && !p.anyRead(g.left, g.i)"},
	"a part passes for the whole":                {"step.go", "if !s.Part {", "if true {"},
	"what comes in parts is let go":              {"absorb.go", "if !known || s.stray(i) {", "if known && s.stray(i) {"},
	"a unit known in parts is written never":     {"absorb.go", "|| s.Total != nil", ""},
	"what comes in parts counts for nothing":     {"absorb.go", "if s.Total != nil {", "if false {"},
	"verify counts parts and their total":        {"audit.go", "if err := a.reading.enter(s); err != nil || s.Part {", "if err := a.reading.enter(s); err != nil || s.Part && a.came.begun {"},
	"since counts parts and their total":         {"audit.go", "if err := a.reading.enter(s); err != nil || s.Part {", "if err := a.reading.enter(s); err != nil || s.Part && !a.came.begun {"},
	"a reader may stand still":                   {"step.go", "s.Span.To <= r.at ||", ""},
	"units still to be read count as kept":       {"merge.go", "hi > n; hi--", "len(l.units) > n; hi--"},

	"verify sees no change of as many rows":   {"audit.go", "case now.sum == u.sum:", "case true:"},
	"verify takes the last count for all":     {"audit.go", "u.rows += part.rows", "u.rows = part.rows"},
	"verify compares what was never read":     {"audit.go", "case u.kind == unread:", "case false:"},
	"verify tells of what is not looked at":   {"audit.go", "case u.kind == closed:", "case false:"},
	"verify believes counts of unknown rims":  {"audit.go", "p.blind()", ""},
	"verify takes a late row for a new one":   {"audit.go", "case now.rows > u.rows && now.rows-u.rows <= now.arriving:", "case now.rows > u.rows:"},
	"verify takes a new row for a late one":   {"audit.go", "now.rows-u.rows <= now.arriving", "false"},
	"verify takes any change for a new one":   {"audit.go", "case now.moving > 0:", "case true:"},
	"verify stops before the end is read":     {"audit.go", "	if a.came.rest.Width() > 0 {", "	if false {"},
	"verify counts what it should read again": {"audit.go", "if deep || !opt.CanCount {", "if !opt.CanCount {"},
}

// TestMutants is the proof of the proof: without any one of the guards, TestProperty
// alone fails within eight million steps. That takes two minutes at most, for most of
// them a few seconds. It rewrites one file at a time, in an overlay, and needs the go
// command.
//
// A guard that is too rarely needed for that has a test of its own instead:
// TestStrayInAPart.
//
// Two guards are not in the list, since others make up for them. One is that a
// bookmark set back steps back to the front of a listed unit (rewind): the last unit
// is read in every run, and a torn one would be found to differ. The other is that
// either bound of unknown reading is asked about: an answer about one says both.
func TestMutants(t *testing.T) {
	if !*mutate {
		t.Skip("-mutate not given")
	}
	for name, m := range mutants {
		t.Run(name, func(t *testing.T) {
			args := []string{"test", "-vet=off", "-overlay", m.overlay(t), "-run", "^TestProperty$", "-steps", "8000000", "-shrink", "0s", "."}
			out, err := exec.Command("go", args...).CombinedOutput()
			require.Error(t, err, "TestProperty passes without this guard")
			require.Contains(t, string(out), "-run Property -seed")
		})
	}
}

// overlay writes the mutated file and the overlay that puts it in place.
func (m mutant) overlay(t *testing.T) string {
	src, err := os.ReadFile(m.file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(src), m.with), "%s does not hold %q once", m.file, m.with)
	dir := t.TempDir()
	mutated := filepath.Join(dir, m.file)
	require.NoError(t, os.WriteFile(mutated, []byte(strings.Replace(string(src), m.with, m.without, 1)), 0o600))
	here, err := filepath.Abs(m.file)
	require.NoError(t, err)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{here: mutated}})
	require.NoError(t, err)
	path := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(path, overlay, 0o600))
	return path
}

// TestPageCountsTheGuards holds docs/completeness.md to the list.
func TestPageCountsTheGuards(t *testing.T) {
	page, err := os.ReadFile("../../docs/completeness.md")
	require.NoError(t, err)
	require.Contains(t, string(page), fmt.Sprintf("The ledger has %d guards on the list", len(mutants)))
}
