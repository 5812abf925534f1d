package reprise

import (
	"encoding/json"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
)

// Connector is the Reprise Data API as a program reads it.
var Connector = tap.Connector{
	About: "Demo analytics from the Reprise Data API",
	Open:  func(config []byte, env tap.Env) (tap.Source, error) { return Open(config, env, nil) },
	Demo:  Demo,
}

// Demo is the built-in account: the same requests as against the real API,
// answered by the emulator in this process. A resumed demo finds the account
// one day later.
func Demo(resumed bool) tap.Demo {
	server := emulator.Demo(resumed)
	config, err := json.Marshal(map[string]string{"api_key": server.Key, "start_date": emulator.DemoStart.Format(time.DateOnly)})
	if err != nil {
		panic(err) // two texts
	}
	return tap.Demo{Config: config, Open: func(config []byte, env tap.Env) (tap.Source, error) {
		return Open(config, env, server.Client().Transport)
	}}
}
