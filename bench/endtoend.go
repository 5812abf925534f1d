//go:build linux

package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// perMillion is what a million rows would take.
func perMillion(d time.Duration, rows int) float64 {
	return d.Seconds() * 1e6 / float64(rows)
}

// A transport is a way to serve the account.
type transport struct {
	name string
	args []string
	tls  bool
	most float64 // aim: times the cost of reading and discarding
}

func transports() []transport {
	return []transport{
		{name: "http", most: 4},
		{name: "https", tls: true, most: 2},
		{name: "https+gzip", tls: true, args: []string{"-gzip"}, most: 2},
	}
}

// endToEnd runs the whole program against what reads the same bodies.
func (b *bench) endToEnd() error {
	for _, t := range transports() {
		if err := b.over(t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

func (b *bench) over(t transport) error {
	args, cert := t.args, ""
	if t.tls {
		cert = filepath.Join(b.dir, "cert.pem")
		args = append(args, "-tls", cert)
	}
	s, err := start(b.rows, args...)
	if err != nil {
		return err
	}
	defer s.stop()
	s.cert = cert
	// The plain tap reads a part, as it takes long.
	part := *s
	part.rows = min(s.rows, 200_000)
	samples := []sample{b.rival(s, "discard"), b.sync(s, nil)}
	if t.name == "http" {
		samples = append(samples, b.rival(&part, "plain"))
	}
	turns, err := b.turns(samples...)
	if err != nil {
		return err
	}
	reads, syncs := median(turns[0]), median(turns[1])
	b.table.add("sync over "+t.name, fmt.Sprintf("%.2f CPU s, %.2f s wall per million rows, %d MB", perMillion(syncs.cpu, b.rows), perMillion(syncs.wall, b.rows), syncs.rss>>20))
	b.table.add("  reading and discarding", fmt.Sprintf("%.2f CPU s, %.2f s wall", perMillion(reads.cpu, b.rows), perMillion(reads.wall, b.rows)))
	b.table.aim("  CPU against that", ratio(turns[1], turns[0], cost.cpuSeconds), t.most)
	b.table.aim("  wall against that", ratio(turns[1], turns[0], cost.wallSeconds), t.most)
	if t.name == "http" {
		times := ratio(turns[2], turns[1], cost.cpuSeconds) * float64(b.rows) / float64(part.rows)
		b.compare("a plain tap with encoding/json", median(turns[2]), part.rows, times, 20)
		if err := b.sdk(&part, syncs); err != nil {
			return err
		}
		return b.existing(syncs)
	}
	return nil
}

// compare shows what another tap took, which read so many rows, and how many
// times our CPU for a row that was, which is to be at least so many.
func (b *bench) compare(name string, c cost, rows int, times, least float64) {
	b.table.add(name, fmt.Sprintf("%.1f CPU s per million rows, %d MB", perMillion(c.cpu, rows), c.rss>>20))
	b.table.least("  CPU against ours", times, least)
}

// times is how many times our CPU another tap took for a row.
func (b *bench) times(c cost, rows int, ours cost) float64 {
	return perMillion(c.cpu, rows) / perMillion(ours.cpu, b.rows)
}

// sdk compares with a tap on Meltano's singer-sdk.
func (b *bench) sdk(s *served, ours cost) error {
	if b.python == "" {
		return nil
	}
	rows := min(s.rows, 100_000)
	sdk, err := measure(nil, b.python, "bench/sdk_tap.py", s.url, s.from, fmt.Sprint(rows))
	if err != nil {
		return err
	}
	b.compare("a tap on Meltano's singer-sdk", sdk, rows, b.times(sdk, rows, ours), 30)
	b.table.aim("  our memory against its", float64(ours.rss)/float64(sdk.rss), 0.25)
	return nil
}
