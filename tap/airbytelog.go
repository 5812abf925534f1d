package tap

import (
	"log/slog"
	"strings"
)

// newLog makes the log whose lines are LOG messages. LOG_LEVEL and LOGLEVEL
// set the least level, --debug wins. Metrics are for debugging here: platforms
// count by themselves.
func (c *airbyteCommand) newLog() *slog.Logger {
	h := &logHandler{level: slog.LevelInfo}
	for _, name := range []string{"LOGLEVEL", "LOG_LEVEL"} {
		if l, ok := levels[strings.ToUpper(strings.TrimSpace(c.app.getenv(name)))]; ok {
			h.level = l
		}
	}
	if c.options.debug {
		h.level = slog.LevelDebug
	}
	h.emit = func(r slog.Record, attrs []slog.Attr) {
		if r.Message == metricMessage {
			r.Level = slog.LevelDebug
		}
		if r.Level < h.level {
			return
		}
		text := c.secrets.hideLone(string(plainText(nil, r, attrs)))
		_ = c.say(appendLog(nil, airbyteLevel(r.Level), text)) // a broken output shows at the next row
	}
	return slog.New(h)
}

// airbyteLevel is the protocol's name of a level.
func airbyteLevel(l slog.Level) string {
	switch {
	case l >= levelCritical:
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
