package tap

import (
	"errors"

	"tap-reprise/internal/program"
)

// A Connector is the system that a program reads, as the program's main names it.
type Connector struct {
	// About says in one sentence what is read.
	About string

	// Open makes the source of a config: one JSON object with values of the
	// types that the program's spec asks for, valid, defaults filled in. It makes
	// no request.
	Open func(config []byte, env Env) (Source, error)

	// Demo makes the built-in account, which needs no key; nil: there is none.
	// resumed says that a state was given.
	Demo func(resumed bool) Demo
}

// A Demo is a built-in account. Config is what its user would give, without what
// the spec has defaults for; Open is as Connector.Open.
type Demo struct {
	Config []byte
	Open   func(config []byte, env Env) (Source, error)
}

// OpenConfig makes the source of the config that app is given by sources, files
// or ENV. env needs no user agent; its secrets know those of the config from here
// on.
func (c Connector) OpenConfig(app program.App, sources []string, env Env) (Source, error) {
	config, err := app.ReadConfig(sources, env.Secrets, env.Log)
	if err != nil {
		return nil, err
	}
	env.UserAgent = app.UserAgent()
	return c.Open(config, env)
}

// OpenDemo makes the source of the built-in account. resumed says that a state
// was given.
func (c Connector) OpenDemo(app program.App, resumed bool, env Env) (Source, error) {
	if c.Demo == nil {
		return nil, &program.Error{Code: program.ExitConfig, Err: errors.New("there is no built-in account")}
	}
	demo := c.Demo(resumed)
	config, err := app.Settle(demo.Config, env.Log)
	if err != nil {
		return nil, err
	}
	env.UserAgent = app.UserAgent()
	return demo.Open(config, env)
}
