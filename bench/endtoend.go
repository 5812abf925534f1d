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
	reads, err := b.rival(s, "discard")
	if err != nil {
		return err
	}
	syncs, err := b.sync(s, nil)
	if err != nil {
		return err
	}
	b.table.add("sync over "+t.name, fmt.Sprintf("%.2f CPU s, %.2f s wall per million rows, %d MB", perMillion(syncs.cpu, b.rows), perMillion(syncs.wall, b.rows), syncs.rss>>20))
	b.table.add("  reading and discarding", fmt.Sprintf("%.2f CPU s, %.2f s wall", perMillion(reads.cpu, b.rows), perMillion(reads.wall, b.rows)))
	b.table.aim("  CPU against that", syncs.cpu.Seconds()/reads.cpu.Seconds(), t.most)
	b.table.aim("  wall against that", syncs.wall.Seconds()/reads.wall.Seconds(), t.most)
	if t.name == "http" {
		if err := b.rivals(s, syncs); err != nil {
			return err
		}
		return b.existing(perMillion(syncs.cpu, s.rows))
	}
	return nil
}

// rivals compares with taps as one would write them, over a part of the rows.
func (b *bench) rivals(s *served, syncs cost) error {
	part := *s
	part.rows = min(s.rows, 200_000)
	other, err := b.rival(&part, "plain")
	if err != nil {
		return err
	}
	b.table.add("a plain tap with encoding/json", fmt.Sprintf("%.1f CPU s per million rows, %d MB", perMillion(other.cpu, part.rows), other.rss>>20))
	b.table.least("  CPU against ours", perMillion(other.cpu, part.rows)/perMillion(syncs.cpu, s.rows), 20)
	if b.python == "" {
		return nil
	}
	part.rows = min(s.rows, 100_000)
	sdk, err := measure(nil, b.python, "bench/sdk_tap.py", part.url, part.from, fmt.Sprint(part.rows))
	if err != nil {
		return err
	}
	b.table.add("a tap on Meltano's singer-sdk", fmt.Sprintf("%.1f CPU s per million rows, %d MB", perMillion(sdk.cpu, part.rows), sdk.rss>>20))
	b.table.least("  CPU against ours", perMillion(sdk.cpu, part.rows)/perMillion(syncs.cpu, s.rows), 30)
	b.table.aim("  our memory against its", float64(syncs.rss)/float64(sdk.rss), 0.25)
	return nil
}

// growth shows that memory stays flat while rows grow, and what page size and
// an API that thinks do.
func (b *bench) growth(sizes []int) error {
	for _, rows := range sizes {
		s, err := start(rows)
		if err != nil {
			return err
		}
		c, err := b.sync(s, nil)
		if err != nil {
			return err
		}
		s.stop()
		b.table.add(fmt.Sprintf("sync of %d rows", rows), fmt.Sprintf("%.0f ns CPU per row, %d MB", c.cpu.Seconds()*1e9/float64(rows), c.rss>>20))
	}
	s, err := start(200_000)
	if err != nil {
		return err
	}
	defer s.stop()
	for _, size := range []int{1000, 10_000, 100_000} {
		c, err := b.sync(s, settings{"page_size": size})
		if err != nil {
			return err
		}
		b.table.add(fmt.Sprintf("sync with pages of %d rows", size), fmt.Sprintf("%.2f CPU s per million rows, %d MB", perMillion(c.cpu, s.rows), c.rss>>20))
	}
	return nil
}

// thinking shows what requests in flight win where the server takes 100 ms.
func (b *bench) thinking() error {
	s, err := start(300_000, "-think", "100ms")
	if err != nil {
		return err
	}
	defer s.stop()
	var alone time.Duration
	for _, n := range []int{1, 2, 4} {
		c, err := b.sync(s, settings{"concurrency": n})
		if err != nil {
			return err
		}
		if n == 1 {
			alone = c.wall
			b.table.add("100 ms of think time, 1 in flight", fmt.Sprintf("%.2f s wall", c.wall.Seconds()))
			continue
		}
		b.table.aim(fmt.Sprintf("  %d in flight: share of that", n), c.wall.Seconds()/alone.Seconds(), map[int]float64{2: 0.6, 4: 0.35}[n])
	}
	return nil
}

// startup shows what starting costs.
func (b *bench) startup() error {
	s, err := start(1000)
	if err != nil {
		return err
	}
	defer s.stop()
	args, err := b.args(s, nil)
	if err != nil {
		return err
	}
	for name, args := range map[string][]string{"--version": {"--version"}, "--discover": append(args[:2:2], "--discover")} {
		c, err := b.repeat(func() (cost, error) { return measure(nil, b.tap, args...) })
		if err != nil {
			return err
		}
		b.table.add(name, fmt.Sprintf("%.0f ms wall, %.0f ms CPU", c.wall.Seconds()*1e3, c.cpu.Seconds()*1e3))
	}
	return nil
}
