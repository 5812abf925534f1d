package main

import (
	"time"

	"tap-reprise/streams/rybbit/emulator"
)

// rybbit serves the demo account of a generation, or a generated one.
func rybbit(g emulator.Generation) func(o options) (*fake, error) {
	return func(o options) (*fake, error) {
		server := emulator.Demo(g, false)
		if o.days != 0 {
			account := emulator.Generate(emulator.Options{Generation: g, Seed: o.seed, Start: emulator.DemoStart, Days: o.days, SessionsPerDay: o.sessions})
			now := emulator.DemoStart.Add(o.at)
			if o.at == 0 {
				now = emulator.DemoStart.AddDate(0, 0, o.days)
			}
			server = emulator.New(account, now)
		}
		return &fake{control: server.Control(), announce: func(string) map[string]string {
			return map[string]string{
				"key":          emulator.DemoKey,
				"organization": server.Account.Organisation().ID,
				"start":        emulator.DemoStart.Format(time.RFC3339),
			}
		}}, nil
	}
}
