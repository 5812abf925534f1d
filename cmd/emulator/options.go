package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tap-reprise/internal/localapi"
	"tap-reprise/streams/rybbit/emulator"
)

// fakes are the APIs that there are, by the value of -api.
var fakes = map[string]func(o options) (*fake, error){
	"reprise":       reprise,
	"rybbit":        rybbit(emulator.Current),
	"rybbit-legacy": rybbit(emulator.Legacy),
}

// A fake is an API with an account in it.
type fake struct {
	control localapi.Control // without Stop

	// announce makes the API point its answers at address and returns what
	// its clients need to know besides that and the clock.
	announce func(address string) map[string]string
}

// options are the flags of the program.
type options struct {
	api      string
	port     int
	tls      string
	ticks    bool
	days     int
	at       time.Duration
	sessions int
	odd      bool
	seed     int64
}

// parse reads the arguments.
func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.StringVar(&o.api, "api", "reprise", "whose API it is")
	flags.IntVar(&o.port, "port", 0, "loopback port; 0 takes a free one")
	flags.StringVar(&o.tls, "tls", "", "serve https and write the certificate to this file, for clients to trust (SSL_CERT_FILE)")
	flags.BoolVar(&o.ticks, "ticks", false, "let the clock run instead of standing still until it is moved")
	flags.IntVar(&o.days, "days", 0, "days of a generated account; 0 serves the demo account")
	flags.DurationVar(&o.at, "at", 0, "how long after the account's start the clock stands; by default all days after it")
	flags.IntVar(&o.sessions, "sessions", 10, "sessions a day of a generated account, on average")
	flags.BoolVar(&o.odd, "odd", false, "give every row values that loaders round, change or fail at")
	flags.Int64Var(&o.seed, "seed", 1, "equal seeds make equal accounts")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("argument %q: none is taken", flags.Arg(0))
	}
	if o.days < 0 || o.sessions < 0 || o.at < 0 {
		return o, fmt.Errorf("days %d, sessions %d, at %s: none may be negative", o.days, o.sessions, o.at)
	}
	if fakes[o.api] == nil {
		return o, fmt.Errorf("api %q: it is none of %s", o.api, strings.Join(slices.Sorted(maps.Keys(fakes)), ", "))
	}
	return o, nil
}
