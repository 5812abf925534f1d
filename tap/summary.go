package tap

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"tap-reprise/internal/program"
)

// A result is a line of the table at the end: what the sync of one stream came to,
// or the discovery, or all of them.
type result struct {
	name             string
	rows, late       int64
	again            int64 // rows written before, and now again
	requests         int64
	took             time.Duration
	failed, unopened bool
}

// discovery stands in the table for the requests before the first stream.
const discovery = "(discovery)"

// forPerson reports whether a person reads along on a terminal.
func (p *Sync) forPerson() bool {
	return p.Console != nil && p.Console.Person && p.Log.Enabled(context.Background(), slog.LevelInfo)
}

// summary logs what a stream's sync came to since began, as a metric and as a
// line; a person gets a table at the end instead. err is why it ended early.
func (p *Sync) summary(began program.Tally, err error) result {
	end := p.Metrics.Tally(began.Stream)
	took := end.At.Sub(began.At)
	p.Metrics.Synced(end.Stream, took, err == nil)
	attrs := []any{"stream", end.Stream, "rows", end.Counters[program.RecordCount]}
	for _, name := range slices.Sorted(maps.Keys(end.Counters)) {
		if name != program.RecordCount {
			attrs = append(attrs, name, end.Counters[name])
		}
	}
	attrs = append(attrs, "requests", end.Requests-began.Requests, "seconds", program.Seconds(took))
	switch {
	case err == nil && p.forPerson():
		p.Log.Debug("stream is complete", attrs...)
	case err == nil:
		p.Log.Info("stream is complete", attrs...)
	case !program.ReaderGone(err):
		p.Log.Warn("stream is incomplete", attrs...)
	}
	return result{name: end.Stream, rows: end.Counters[program.RecordCount], late: end.Counters["rows_late"],
		again: end.Counters["rows_repeated"], requests: end.Requests - began.Requests, took: took, failed: err != nil}
}

// ended reports what the run came to: run is where it began, all are the streams
// that it has come to.
func (p *Sync) ended(run program.Tally, tasks []Task, all []result) {
	end := p.Metrics.Tally("")
	failed := 0
	total := result{name: "total", requests: end.Requests, took: end.At.Sub(p.Metrics.Began)}
	for _, o := range all {
		total.rows, total.late, total.again = total.rows+o.rows, total.late+o.late, total.again+o.again
		if o.failed {
			failed++
		}
	}
	if !p.forPerson() {
		p.Log.Info("run ended", "streams", len(tasks), "failed", failed, "rows", total.rows,
			"requests", end.Requests, "seconds", program.Seconds(end.At.Sub(run.At)))
		return
	}
	before := result{name: discovery, requests: run.Requests, took: run.At.Sub(p.Metrics.Began)}
	for _, t := range tasks[len(all):] {
		all = append(all, result{name: t.Stream.Name, unopened: true})
	}
	p.Console.Block(outcomes(append(append([]result{before}, all...), total), p.Console.Terminal.Width()))
}

// outcomes is the table that a person reads at the end of a run, in at most
// width columns: where there are fewer, the last columns of figures go.
func outcomes(all []result, width int) []byte {
	headings := []string{"", "STREAM", "ROWS", "NEW", "LATE", "AGAIN", "REQUESTS", "SECONDS"}
	for n := len(headings); ; n-- {
		t := &table{right: []bool{false, false, true, true, true, true, true, true}[:n]}
		t.add(headings[:n]...)
		marked := false
		for _, o := range all {
			marked = marked || o.failed || o.unopened
			t.add(o.cells()[:n]...)
		}
		if !marked {
			t.dropFirst()
		}
		text := t.print(min(width, program.PageWidth))
		if n > 3 && t.width(1) > min(width, program.PageWidth) {
			continue
		}
		if marked {
			text = append(text, "! incomplete: the next run goes on from the last STATE\n"...)
		}
		return text
	}
}

func (o result) cells() []string {
	count := func(n int64) string { return thousands(int(n)) }
	took := fmt.Sprintf("%.1f", o.took.Seconds())
	switch {
	case o.unopened:
		return []string{"!", o.name, "-", "-", "-", "-", "-", "-"}
	case o.name == discovery:
		return []string{"", o.name, "", "", "", "", count(o.requests), took}
	}
	mark := ""
	if o.failed {
		mark = "!"
	}
	return []string{mark, o.name, count(o.rows), count(o.rows - o.late - o.again), count(o.late), count(o.again), count(o.requests), took}
}
