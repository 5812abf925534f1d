package reprise

import (
	"encoding/json"
	"time"

	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
)

// Demo opens the built-in account: the same requests as against the real API,
// answered by the emulator in this process. A resumed demo finds the account
// one day later.
func Demo(env tap.Env, resumed bool) (*Source, error) {
	server := emulator.Demo(resumed)
	config, err := json.Marshal(DemoConfig(server.Key))
	if err != nil {
		return nil, err
	}
	return Open(config, env, server.Client().Transport)
}

// DemoConfig is the config that a demo runs with: the defaults of spec.json.
func DemoConfig(key string) Config {
	return Config{
		APIKey: key, StartDate: emulator.DemoStart.Format(time.DateOnly),
		VisitorKey: true, VisitorCompany: true, ViewerData: "as_sent",
		MetricsWindows: []string{"day"}, MetricsGroupBy: []string{"published_replay", "published_replay_link"},
		LookbackDays: 30, RefreshDays: 7, PageSize: 10000, WindowRows: 200000, Concurrency: 2, RetryMinutes: 15,
		TokenURL: "https://app.getreprise.com" + emulator.TokenPath,
	}
}
