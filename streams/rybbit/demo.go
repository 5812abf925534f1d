package rybbit

import (
	"encoding/json"
	"time"

	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/tap"
)

// Connector is Rybbit's stats API as a program reads it.
var Connector = tap.Connector{
	About: "Sessions of websites from Rybbit's stats API",
	Open:  func(config []byte, env tap.Env) (tap.Source, error) { return Open(config, env, nil) },
	Demo:  Demo,
}

// Demo is the built-in site: the same requests as against a real server, answered by
// the emulator in this process. A resumed demo finds it one day later.
func Demo(resumed bool) tap.Demo {
	server := emulator.Demo(emulator.Current, resumed)
	config, err := json.Marshal(map[string]string{"api_key": emulator.DemoKey, "start_date": emulator.DemoStart.Format(time.DateOnly)})
	if err != nil {
		panic(err) // two texts
	}
	return tap.Demo{Config: config, Open: func(config []byte, env tap.Env) (tap.Source, error) {
		return Open(config, env, server.Client().Transport)
	}}
}
