//go:build linux

package main

import (
	"fmt"
	"time"
)

// growth shows that memory stays flat while rows grow, and what page size and
// an API that thinks do.
func (b *bench) growth(sizes []int) error {
	for _, rows := range sizes {
		s, err := b.start(rows)
		if err != nil {
			return err
		}
		c, err := b.repeat(b.sync(s, nil))
		s.stop()
		if err != nil {
			return err
		}
		b.table.add(fmt.Sprintf("sync of %d rows", rows), fmt.Sprintf("%.0f ns CPU per row, %d MB", c.cpu.Seconds()*1e9/float64(rows), c.rss>>20))
	}
	if err := b.crowd(); err != nil {
		return err
	}
	s, err := b.start(200_000)
	if err != nil {
		return err
	}
	defer s.stop()
	for _, size := range []int{1000, 10_000, 100_000} {
		if _, err := s.requests(); err != nil {
			return err
		}
		c, err := b.repeat(b.sync(s, settings{"page_size": size}))
		if err != nil {
			return err
		}
		requests, err := s.requests()
		if err != nil {
			return err
		}
		each := float64(requests) / float64(b.runs*s.rows)
		b.table.add(fmt.Sprintf("sync with pages of %d rows", size),
			fmt.Sprintf("%.2f CPU s, %.0f requests per million rows, %d MB", perMillion(c.cpu, s.rows), each*1e6, c.rss>>20))
	}
	return nil
}

// crowd shows that rows which no time divides need not fit into memory.
func (b *bench) crowd() error {
	s, err := b.start(1_000_000, "-crowd")
	if err != nil {
		return err
	}
	defer s.stop()
	c, err := b.repeat(b.sync(s, nil))
	if err != nil {
		return err
	}
	b.table.add("sync of 1000000 rows in one second", fmt.Sprintf("%.0f ns CPU per row", c.cpu.Seconds()*1e9/float64(s.rows)))
	b.table.most("  memory, in MB", float64(c.rss>>20), 96)
	return nil
}

// thinking shows what requests in flight win where the server takes 100 ms.
func (b *bench) thinking() error {
	s, err := b.start(300_000, "-think", "100ms")
	if err != nil {
		return err
	}
	defer s.stop()
	var alone time.Duration
	for _, n := range []int{1, 2, 4} {
		c, err := b.repeat(b.sync(s, settings{"concurrency": n}))
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
	s, err := b.start(1000)
	if err != nil {
		return err
	}
	defer s.stop()
	args, err := b.args(s, nil)
	if err != nil {
		return err
	}
	for name, args := range map[string][]string{"--version": {"--version"}, "--discover": append(args[:2:2], "--discover")} {
		c, err := b.repeat(func() (cost, error) { return b.measure(nil, b.tap, args...) })
		if err != nil {
			return err
		}
		b.table.add(name, fmt.Sprintf("%.0f ms wall, %.0f ms CPU", c.wall.Seconds()*1e3, c.cpu.Seconds()*1e3))
	}
	return nil
}
