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

// endToEnd runs the whole program where the bench is now against what reads the
// same bodies, and over http against other taps.
func (b *bench) endToEnd() error {
	for _, t := range transports() {
		if err := b.over(t); err != nil {
			return fmt.Errorf("%s, %s: %w", t.name, b.place.name, err)
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
	s, err := b.start(b.rows, args...)
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
	b.against(t, turns[1], turns[0])
	if t.name != "http" {
		return nil
	}
	plain := ratio(turns[2], turns[1], cost.cpuSeconds) * float64(b.rows) / float64(part.rows)
	if !b.place.shared() {
		b.table.add("  a plain tap's CPU against ours", fmt.Sprintf("%.1f", plain))
		return nil
	}
	b.compare("a plain tap with encoding/json", median(turns[2]), part.rows, plain, 20)
	ours := median(turns[1])
	if err := b.sdk(&part, ours); err != nil {
		return err
	}
	return b.existing(ours)
}

// against compares syncs with reading and discarding, turn by turn: CPU on one
// core, CPU and wall time with the server apart.
func (b *bench) against(t transport, syncs, reads []cost) {
	figure := fmt.Sprintf("sync over %s, %s", t.name, b.place.name)
	ours, least := median(syncs), median(reads)
	cpu := func(c cost) float64 { return perMillion(c.cpu, b.rows) }
	wall := func(c cost) float64 { return perMillion(c.wall, b.rows) }
	times := ratio(syncs, reads, cost.cpuSeconds)
	if b.place.shared() {
		b.table.add(figure, fmt.Sprintf("%.2f CPU s per million rows, %d MB", cpu(ours), ours.rss>>20))
		b.table.add("  reading and discarding", fmt.Sprintf("%.2f CPU s", cpu(least)))
		b.table.aim("  CPU against that", times, t.most)
		return
	}
	b.table.add(figure, fmt.Sprintf("%.2f CPU s, %.2f s wall per million rows", cpu(ours), wall(ours)))
	b.table.add("  reading and discarding", fmt.Sprintf("%.2f CPU s, %.2f s wall", cpu(least), wall(least)))
	b.table.add("  CPU against that", fmt.Sprintf("%.2f", times))
	b.table.aim("  wall against that", ratio(syncs, reads, cost.wallSeconds), t.most)
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
	sdk, err := b.measure(nil, b.python, "bench/sdk_tap.py", s.url, s.from, fmt.Sprint(rows))
	if err != nil {
		return err
	}
	b.compare("a tap on Meltano's singer-sdk", sdk, rows, b.times(sdk, rows, ours), 30)
	b.table.aim("  our memory against its", float64(ours.rss)/float64(sdk.rss), 0.25)
	return nil
}
