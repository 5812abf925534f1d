package airbyte

import (
	"log/slog"

	"tap-reprise/internal/program"
)

// newLog makes the log whose lines are LOG messages. LOG_LEVEL and LOGLEVEL
// set the least level, --debug wins. Metrics are for debugging here: platforms
// count by themselves.
func (c *Command) newLog() *slog.Logger {
	least := slog.LevelInfo
	for _, name := range []string{"LOGLEVEL", "LOG_LEVEL"} {
		if l, ok := program.LevelOf(c.app.Getenv(name)); ok {
			least = l
		}
	}
	if c.options.Debug {
		least = slog.LevelDebug
	}
	return program.NewLogTo(least, func(l slog.Level, text string) {
		line := &logged{Level: levelName(l), Message: c.secrets.HideLone(text)}
		_ = c.say(appendMessage(nil, message{Type: "LOG", Log: line})) // a broken output shows at the next row
	})
}

// levelName is the protocol's name of a level.
func levelName(l slog.Level) string {
	switch {
	case l >= program.LevelCritical:
		return "FATAL"
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARN"
	case l >= slog.LevelInfo:
		return "INFO"
	}
	return "DEBUG"
}
