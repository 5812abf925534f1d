package main

import (
	"flag"
	"fmt"
	"time"

	"tap-reprise/streams/reprise/emulator"
)

const day = 24 * time.Hour

// accountFlags defines the flags that describe the account and returns what
// makes its server once they are parsed. Without any it is the demo account.
func accountFlags(flags *flag.FlagSet) func() (*emulator.Server, time.Time, error) {
	days := flags.Int("days", 0, "days of a generated account; 0 serves the demo account")
	at := flags.Duration("at", 0, "how long after the account's start the clock stands; by default all days after it")
	sessions := flags.Int("sessions", 10, "sessions a day of a generated account, on average")
	odd := flags.Bool("odd", false, "give every row values that loaders round, change or fail at")
	seed := flags.Int64("seed", 1, "equal seeds make equal accounts")
	return func() (*emulator.Server, time.Time, error) {
		server, start, err := emulator.Demo(false), emulator.DemoStart, error(nil)
		if *days != 0 {
			server, err = generated(emulator.Options{Seed: *seed, Start: start, Days: *days, SessionsPerDay: *sessions}, *at)
		}
		if err == nil && *odd {
			server.Dialect.Extra = oddColumns
		}
		return server, start, err
	}
}

// generated serves an account whose clock stands at its start, moved by at, or
// at its end.
func generated(o emulator.Options, at time.Duration) (*emulator.Server, error) {
	if o.Days < 0 || o.SessionsPerDay < 0 || at < 0 {
		return nil, fmt.Errorf("days %d, sessions %d, at %s: none may be negative", o.Days, o.SessionsPerDay, at)
	}
	if at == 0 {
		at = time.Duration(o.Days) * day
	}
	account, now := emulator.NewAccount(o), o.Start.Add(at)
	return emulator.New(account, now), changeSoon(account, now)
}

// changeSoon makes the day that follows now an eventful one: a demo and a link
// are renamed, a demo is published again, a link is deleted.
func changeSoon(a *emulator.Account, now time.Time) error {
	replays, links := a.Replays(), a.Links()
	if len(replays) < 2 || len(links) < 2 {
		return nil
	}
	if err := a.Rename(replays[0], "Produktführung 2.0 🎉", now.Add(3*time.Hour)); err != nil {
		return err
	}
	if err := a.Rename(links[0], "Website (\"new\")\t\\", now.Add(5*time.Hour)); err != nil {
		return err
	}
	if _, err := a.PublishAgain(replays[1], now.Add(7*time.Hour)); err != nil {
		return err
	}
	return a.Delete(links[1], now.Add(20*time.Hour))
}
