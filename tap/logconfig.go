package tap

import (
	"encoding/json"
	"log/slog"
	"os"
	"strings"
)

// rawJSON is a JSON text that is encoded as it stands.
type rawJSON string

// MarshalJSON returns the text.
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// newLog makes the log of a run to c, as the environment asks: the level from
// <NAME>_LOGLEVEL, LOGLEVEL or the file that Meltano names in
// SINGER_SDK_LOG_CONFIG, structured lines if that file or LOG_FORMAT=json asks
// for them. On a terminal lines begin with the time of day, and there are no
// metrics; elsewhere they are what platforms know from Singer's own library, in
// front of which LOG_FORMAT=timed puts the time.
func (a App) newLog(c *console) *slog.Logger {
	h := &logHandler{console: c, name: a.Name, level: slog.LevelInfo}
	h.json = strings.EqualFold(a.getenv("LOG_FORMAT"), "json")
	var asked []string
	if path := a.getenv("SINGER_SDK_LOG_CONFIG"); path != "" {
		// Meltano deletes the file after the run; a run without it logs plainly.
		if data, err := os.ReadFile(path); err == nil {
			h.json = h.json || strings.Contains(string(data), "singer_sdk.logging.StructuredFormatter")
			asked = append(asked, configuredLevel(data))
		}
	}
	asked = append(asked, a.getenv("LOGLEVEL"), a.getenv(a.envPrefix()+"LOGLEVEL"))
	wrong := ""
	for _, name := range asked {
		if name == "" {
			continue
		}
		if l, ok := levels[strings.ToUpper(strings.TrimSpace(name))]; ok {
			h.level, wrong = l, ""
		} else {
			wrong = name
		}
	}
	c.person = c.terminal != nil && !h.json && a.getenv("SINGER_SDK_LOG_CONFIG") == ""
	h.person = c.person
	h.timed = strings.EqualFold(a.getenv("LOG_FORMAT"), "timed")
	log := slog.New(h)
	if wrong != "" {
		log.Warn("log level is not known", "known", "DEBUG, INFO, WARNING, ERROR, CRITICAL")
	}
	return log
}

// levels are the names that Python's logging and Go's know.
var levels = map[string]slog.Level{
	"DEBUG": slog.LevelDebug, "NOTSET": slog.LevelDebug, "TRACE": slog.LevelDebug,
	"INFO": slog.LevelInfo, "WARN": slog.LevelWarn, "WARNING": slog.LevelWarn,
	"ERROR": slog.LevelError, "CRITICAL": levelCritical, "FATAL": levelCritical,
}

// configuredLevel is root.level of a Python logging config, or "".
func configuredLevel(data []byte) string {
	var doc struct {
		Root struct {
			Level string `json:"level"`
		} `json:"root"`
	}
	_ = json.Unmarshal(data, &doc) // a YAML file or another shape asks for no level
	return doc.Root.Level
}

// getenv is os.Getenv on the App's own environment.
func (a App) getenv(name string) string {
	value := ""
	for _, entry := range a.Environ {
		if k, v, ok := strings.Cut(entry, "="); ok && k == name {
			value = v
		}
	}
	return value
}
