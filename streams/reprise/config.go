package reprise

import (
	"fmt"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/settings"
	"tap-reprise/streams"
)

// Config is the source's part of the config file, as spec.json describes it.
// The hub has validated it, filled the defaults in and coerced the types.
type Config struct {
	APIKey               string   `json:"api_key"`
	StartDate            string   `json:"start_date"`
	EndDate              string   `json:"end_date"`
	ActivityTypes        []string `json:"activity_types"`
	VisitorKey           bool     `json:"visitor_key"`
	VisitorCompany       bool     `json:"visitor_company"`
	Poster               bool     `json:"poster"`
	ViewerPII            bool     `json:"viewer_pii"`
	ViewerData           string   `json:"viewer_data"`
	ViewerDataSalt       string   `json:"viewer_data_salt"`
	InternalEmailDomains []string `json:"internal_email_domains"`
	MetricsWindows       []string `json:"metrics_windows"`
	MetricsGroupBy       []string `json:"metrics_group_by"`
	ReplayIDs            []string `json:"replay_ids"`
	LinkIDs              []string `json:"link_ids"`
	LookbackDays         int      `json:"lookback_days"`
	RefreshDays          int      `json:"refresh_days"`
	PageSize             int      `json:"page_size"`
	WindowRows           int      `json:"window_rows"`
	Concurrency          int      `json:"concurrency"`
	RetryMinutes         float64  `json:"retry_minutes"`
	TokenURL             string   `json:"token_url"`
	BaseURL              string   `json:"base_url"`

	start, end time.Time // parsed dates; end is zero for "up to now"
}

// parseConfig reads the config and checks what a JSON Schema cannot.
func parseConfig(text []byte) (*Config, error) {
	c := &Config{}
	if err := jsoniter.Unmarshal(text, c); err != nil {
		return nil, streams.ConfigError(fmt.Errorf("config: %w", err), "compare it with config.sample.json")
	}
	var err error
	if c.APIKey, err = settings.Key("api_key", c.APIKey, "copy it again from Reprise, Settings → API Management"); err != nil {
		return nil, err
	}
	if c.start, c.end, err = settings.Range(c.StartDate, c.EndDate); err != nil {
		return nil, err
	}
	c.ActivityTypes, c.ReplayIDs, c.LinkIDs = tidyList(c.ActivityTypes), tidyList(c.ReplayIDs), tidyList(c.LinkIDs)
	if err := c.misplaced(); err != nil {
		return nil, err
	}
	c.clip()
	if err := settings.Salt(c.ViewerData, c.ViewerDataSalt); err != nil {
		return nil, err
	}
	for key, address := range map[string]string{"token_url": c.TokenURL, "base_url": c.BaseURL} {
		if address == "" {
			continue
		}
		if err := settings.Address(key, address); err != nil {
			return nil, streams.ConfigError(fmt.Errorf("config: %w", err), "use https://, or http:// to this machine only")
		}
	}
	return c, nil
}

// clip leaves out the time before the API's clock begins: nothing can be there,
// and a start "from the beginning" is to cost nothing. A range that lies all
// before it becomes one second of it.
func (c *Config) clip() {
	if c.start.Before(streams.ClockBegins) {
		c.start = streams.ClockBegins
	}
	if c.EndDate != "" && !c.start.Before(c.end) {
		c.end = c.start.Add(time.Second)
	}
}

// asks reports whether the config wants the columns of an optional parameter.
func (c *Config) asks(param string) bool {
	switch param {
	case "visitor_key":
		return c.VisitorKey
	case "visitor_company":
		return c.VisitorCompany
	case "poster":
		return c.Poster
	case "viewer_pii":
		return c.ViewerPII && (c.ViewerData != "none" || len(c.InternalEmailDomains) > 0)
	}
	return false
}
