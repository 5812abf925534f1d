package program

import (
	"context"
	"log/slog"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tap-reprise/internal/object"
)

// LevelCritical is the level of the one line that says why a run failed.
const LevelCritical = slog.Level(12)

// metricMessage marks a log record that carries a metric in its one attribute.
const (
	metricMessage = "METRIC"
	metricKey     = "metric_info"
)

// A logHandler writes log records to a console, a line each: for people, or
// with the eight keys of Meltano's structured logs. If emit is set, that takes
// their texts instead.
type logHandler struct {
	console *Console
	emit    func(level slog.Level, text string)
	name    string // of the program
	level   slog.Level
	json    bool
	person  bool // lines are read on a terminal
	timed   bool // lines of text begin with the time
	attrs   []slog.Attr
	prefix  string // of groups that were opened
}

var _ slog.Handler = (*logHandler)(nil)

func (h *logHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *logHandler) WithGroup(name string) slog.Handler {
	c := *h
	c.prefix += name + "."
	return &c
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		c.attrs = append(c.attrs, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return &c
}

func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	attrs := slices.Clone(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
		return true
	})
	switch {
	case h.emit != nil:
		h.hand(r, attrs)
	case h.person && r.Message == metricMessage:
	case h.json:
		h.console.line(h.structured(r, attrs))
	default:
		h.console.line(append(h.clock(r), plainLine(r, attrs)...))
	}
	return nil
}

// hand gives a record to emit. Metrics are for debugging there: platforms count by
// themselves.
func (h *logHandler) hand(r slog.Record, attrs []slog.Attr) {
	if r.Message == metricMessage {
		r.Level = slog.LevelDebug
	}
	if r.Level >= h.level {
		h.emit(r.Level, string(plainText(nil, r, attrs)))
	}
}

// clock is the time that a line of text begins with, if any: for a person as on
// the wall, else as in the data.
func (h *logHandler) clock(r slog.Record) []byte {
	switch {
	case h.timed:
		return r.Time.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z ")
	case h.person:
		return r.Time.Local().AppendFormat(nil, "15:04:05 ")
	}
	return nil
}

// plainLine is "INFO message key=value", or "INFO METRIC: {…}" for a metric, as
// Singer's own library prints it.
func plainLine(r slog.Record, attrs []slog.Attr) []byte {
	return plainText(append([]byte(levelName(r.Level)), ' '), r, attrs)
}

// plainText appends a record without its level.
func plainText(b []byte, r slog.Record, attrs []slog.Attr) []byte {
	if r.Message == metricMessage && len(attrs) == 1 {
		b = append(b, "METRIC: "...)
		return append(b, attrs[0].Value.String()...)
	}
	b = append(b, OneLine(r.Message)...)
	for _, a := range attrs {
		text := a.Value.Resolve().String()
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '"' || r == '=' || object.Unseen(r) }) {
			text = strconv.Quote(text)
		}
		b = append(append(append(append(b, ' '), a.Key...), '='), text...)
	}
	return b
}

// structured is a line that Meltano reads as a log record: it wants all eight
// keys before extra.
func (h *logHandler) structured(r slog.Record, attrs []slog.Attr) []byte {
	ts := r.Time
	if ts.IsZero() {
		ts = time.Now()
	}
	line := struct {
		Level   string         `json:"level"`
		PID     int            `json:"pid"`
		Logger  string         `json:"logger_name"`
		TS      float64        `json:"ts"`
		Thread  string         `json:"thread_name"`
		App     string         `json:"app_name"`
		Stream  *string        `json:"stream_name"`
		Message string         `json:"message"`
		Metric  any            `json:"metric_info,omitempty"`
		Extra   map[string]any `json:"extra"`
	}{
		Level: strings.ToLower(levelName(r.Level)), PID: os.Getpid(), Logger: h.name,
		TS: float64(ts.UnixMicro()) / 1e6, Thread: "MainThread", App: h.name,
		Message: OneLine(r.Message), Extra: map[string]any{},
	}
	for _, a := range attrs {
		v := a.Value.Resolve()
		switch {
		case a.Key == metricKey:
			line.Metric = rawJSON(v.String())
		case a.Key == "stream":
			name := v.String()
			line.Stream = &name
		case isPlain(v):
			line.Extra[a.Key] = v.Any()
		default:
			line.Extra[a.Key] = v.String()
		}
	}
	line.Message = string(plainText(nil, r, attrs)) // Meltano shows nothing else
	for _, a := range attrs {
		if m, ok := a.Value.Any().(metric); ok {
			line.Message = metricMessage + " " + m.words()
			if stream, ok := m.Tags["stream"]; ok {
				line.Stream = &stream
			}
		}
	}
	return object.Encode(line)
}

// isPlain reports whether JSON has v as it is; it has no NaN and no infinity.
func isPlain(v slog.Value) bool {
	switch v.Kind() {
	case slog.KindInt64, slog.KindUint64, slog.KindBool:
		return true
	case slog.KindFloat64:
		return !math.IsNaN(v.Float64()) && !math.IsInf(v.Float64(), 0)
	}
	return false
}

// levelName is Python's name of a level: that is what platforms know.
func levelName(l slog.Level) string {
	switch {
	case l >= LevelCritical:
		return "CRITICAL"
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARNING"
	case l >= slog.LevelInfo:
		return "INFO"
	}
	return "DEBUG"
}

// OneLine joins the lines of a text, and shows by its code what a terminal would
// obey.
func OneLine(text string) string {
	if strings.ContainsAny(text, "\r\n") {
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	}
	return visible(text)
}
