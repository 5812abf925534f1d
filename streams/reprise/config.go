package reprise

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
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
	// Pasted keys come with a line break; inside, nothing but a mistake has one.
	if c.APIKey = strings.TrimSpace(c.APIKey); strings.ContainsFunc(c.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, streams.ConfigError(errors.New("config: api_key has a blank, a line break or another character that no key has"),
			"copy it again from Reprise, Settings → API Management")
	}
	var err error
	if c.start, err = settings.Date("start_date", c.StartDate); err != nil {
		return nil, err
	}
	if c.EndDate != "" {
		if c.end, err = settings.Date("end_date", c.EndDate); err != nil {
			return nil, err
		}
		if !c.start.Before(c.end) {
			return nil, streams.ConfigError(fmt.Errorf("config: start_date %s is not before end_date %s", c.StartDate, c.EndDate),
				"end_date is exclusive; leave it out to load up to now")
		}
	}
	c.ActivityTypes, c.ReplayIDs, c.LinkIDs = tidyList(c.ActivityTypes), tidyList(c.ReplayIDs), tidyList(c.LinkIDs)
	if err := c.misplaced(); err != nil {
		return nil, err
	}
	c.clip()
	if c.ViewerData == "hashed" && c.ViewerDataSalt == "" {
		return nil, streams.ConfigError(fmt.Errorf("config: viewer_data is hashed, but viewer_data_salt is empty"),
			"set viewer_data_salt to a long random text and keep it: the same salt gives the same hashes")
	}
	for key, address := range map[string]string{"token_url": c.TokenURL, "base_url": c.BaseURL} {
		if address == "" {
			continue
		}
		if err := checkAddress(key, address); err != nil {
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

// checkAddress refuses an address that would send the key or the token in the
// clear to another machine.
func checkAddress(key, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%s: not an address with https://", key)
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s: it is neither an https address nor one of this machine", key)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
