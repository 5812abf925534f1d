package rybbit

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/settings"
	"tap-reprise/streams"
)

// Config is the source's part of the config file, as spec.json describes it. The hub
// has validated it, filled the defaults in and coerced the types.
type Config struct {
	APIKey         string   `json:"api_key"`
	StartDate      string   `json:"start_date"`
	EndDate        string   `json:"end_date"`
	BaseURL        string   `json:"base_url"`
	Organization   string   `json:"organization"`
	Sites          []string `json:"sites"`
	Generation     string   `json:"generation"`
	ViewerData     string   `json:"viewer_data"`
	ViewerDataSalt string   `json:"viewer_data_salt"`
	LookbackDays   int      `json:"lookback_days"`
	PageSize       int      `json:"page_size"`
	Concurrency    int      `json:"concurrency"`
	RetryMinutes   float64  `json:"retry_minutes"`

	start, end time.Time // parsed dates; end is zero for "up to now"
}

// name is what an id of an organisation or a site may look like. They become a part of
// URLs.
var name = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// parseConfig reads the config and checks what a JSON Schema cannot.
func parseConfig(text []byte) (*Config, error) {
	c := &Config{}
	err := jsoniter.Unmarshal(text, c)
	if err != nil {
		return nil, streams.ConfigError(fmt.Errorf("config: %w", err), "compare it with config.sample.json")
	}
	if c.APIKey, err = settings.Key("api_key", c.APIKey, "copy it again from Rybbit, Settings → Account → API Keys"); err != nil {
		return nil, err
	}
	if c.start, c.end, err = settings.Range(c.StartDate, c.EndDate); err != nil {
		return nil, err
	}
	if err := settings.Salt(c.ViewerData, c.ViewerDataSalt); err != nil {
		return nil, err
	}
	// Parts of its path that people copy along.
	c.BaseURL = strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(c.BaseURL), "/"), "/api")
	if err := settings.Address("base_url", c.BaseURL); err != nil {
		return nil, streams.ConfigError(fmt.Errorf("config: %w", err), "use https://, or http:// to this machine only")
	}
	return c, c.checkNames()
}

// checkNames refuses ids that cannot be any, without quoting them: the key may be
// among them by mistake.
func (c *Config) checkNames() error {
	c.Organization = strings.TrimSpace(c.Organization)
	if c.Organization != "" && (!name.MatchString(c.Organization) || c.Organization == c.APIKey) {
		return streams.ConfigError(errors.New("config: organization is no id of one"), "copy it from Rybbit, Settings → Organization")
	}
	for i, site := range c.Sites {
		if c.Sites[i] = strings.TrimSpace(site); !name.MatchString(c.Sites[i]) || c.Sites[i] == c.APIKey {
			return streams.ConfigError(fmt.Errorf("config: sites: item %d is no id of a site", i+1), "give the number that the site has in Rybbit's addresses, such as 12")
		}
	}
	return nil
}

// lookback is how far back rows may still change: what the config says, or what a
// server of a generation is known for. Current ones rename a device's events of the
// last 30 days when its user is identified.
func (c *Config) lookback(g generation) time.Duration {
	days := c.LookbackDays
	if days == 0 {
		days = map[generation]int{legacy: 3, current: 31}[g]
	}
	return time.Duration(days) * 24 * time.Hour
}
