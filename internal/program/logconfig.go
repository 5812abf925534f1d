package program

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

// NewLog makes the log of a run to c, as the environment asks: the level from
// <NAME>_LOGLEVEL, LOGLEVEL or the file that Meltano names in
// SINGER_SDK_LOG_CONFIG, structured lines if that file or LOG_FORMAT=json asks
// for them. On a terminal lines begin with the time of day, and there are no
// metrics; elsewhere they are what platforms know from Singer's own library, in
// front of which LOG_FORMAT=timed puts the time.
func (a App) NewLog(c *Console) *slog.Logger {
	h := &logHandler{console: c, name: a.Name, level: slog.LevelInfo}
	h.json = strings.EqualFold(a.Getenv("LOG_FORMAT"), "json")
	var asked []string
	if path := a.Getenv("SINGER_SDK_LOG_CONFIG"); path != "" {
		// Meltano deletes the file after the run; a run without it logs plainly.
		if data, err := os.ReadFile(path); err == nil {
			h.json = h.json || strings.Contains(string(data), "singer_sdk.logging.StructuredFormatter")
			asked = append(asked, configuredLevel(data))
		}
	}
	asked = append(asked, a.Getenv("LOGLEVEL"), a.Getenv(a.EnvPrefix()+"LOGLEVEL"))
	wrong := ""
	for _, name := range asked {
		if name == "" {
			continue
		}
		if l, ok := LevelOf(name); ok {
			h.level, wrong = l, ""
		} else {
			wrong = name
		}
	}
	c.Person = c.Terminal != nil && !h.json && a.Getenv("SINGER_SDK_LOG_CONFIG") == ""
	h.person = c.Person
	h.timed = strings.EqualFold(a.Getenv("LOG_FORMAT"), "timed")
	log := slog.New(h)
	if wrong != "" {
		log.Warn("log level is not known", "known", "DEBUG, INFO, WARNING, ERROR, CRITICAL")
	}
	return log
}

// NewLogTo makes a log that hands each record of at least the given level to emit,
// as one line of text without its level.
func NewLogTo(level slog.Level, emit func(level slog.Level, text string)) *slog.Logger {
	return slog.New(&logHandler{level: level, emit: emit})
}

// LevelOf is the level of that name, in large letters or small, as Python's logging
// or Go's calls it. ok says whether there is one.
func LevelOf(name string) (level slog.Level, ok bool) {
	level, ok = levels[strings.ToUpper(strings.TrimSpace(name))]
	return level, ok
}

// levels are the names that Python's logging and Go's know.
var levels = map[string]slog.Level{
	"DEBUG": slog.LevelDebug, "NOTSET": slog.LevelDebug, "TRACE": slog.LevelDebug,
	"INFO": slog.LevelInfo, "WARN": slog.LevelWarn, "WARNING": slog.LevelWarn,
	"ERROR": slog.LevelError, "CRITICAL": LevelCritical, "FATAL": LevelCritical,
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
