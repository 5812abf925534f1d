package program

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
)

// logTo is a log whose lines can be read back.
func logTo(b *bytes.Buffer) *slog.Logger {
	return slog.New(&logHandler{console: &Console{w: b}, name: "tap-reprise"})
}

// file writes a file that ends with the test and returns its path.
func file(t testing.TB, name, content string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestPlainLines(t *testing.T) {
	for name, c := range map[string]struct {
		log  func(l *slog.Logger)
		want string
	}{
		"a message":           {func(l *slog.Logger) { l.Info("hello") }, "INFO hello"},
		"values":              {func(l *slog.Logger) { l.Warn("x", "n", 7, "d", 90*time.Second, "s", "a b", "e", "") }, `WARNING x n=7 d=1m30s s="a b" e=""`},
		"an error":            {func(l *slog.Logger) { l.Error("x", "err", errors.New("a=b\nc")) }, `ERROR x err="a=b\nc"`},
		"lines become one":    {func(l *slog.Logger) { l.Info("a\r\nb\n\nc\n") }, "INFO a; b; c"},
		"values of a logger":  {func(l *slog.Logger) { l.With("a", 1).WithGroup("g").With("b", 2).Info("x", "c", 3) }, "INFO x a=1 g.b=2 g.c=3"},
		"critical":            {func(l *slog.Logger) { l.Log(t.Context(), LevelCritical, "x") }, "CRITICAL x"},
		"a metric":            {func(l *slog.Logger) { l.Info("METRIC", "metric_info", `{"a":1}`) }, `INFO METRIC: {"a":1}`},
		"debug is left out":   {func(l *slog.Logger) { l.Debug("x"); l.Info("y") }, "INFO y"},
		"one logger, another": {func(l *slog.Logger) { a := l.With("a", 1); a.With("b", 2); a.With("c", 3).Info("x") }, "INFO x a=1 c=3"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			c.log(logTo(&b))
			require.Equal(t, c.want+"\n", b.String())
		})
	}
}

func TestStructuredLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		l := slog.New(&logHandler{console: &Console{w: &b}, name: "tap-reprise", json: true})
		l.Warn("hello <you>", "stream", "events", "rows", 7, "ok", true, "d", time.Second, "s", 0.5, "nan", math.NaN())
		l.Info("METRIC", "metric_info", metric{"counter", "record_count", 7, map[string]string{"stream": "events"}})
		pid := string(object.Encode(os.Getpid()))
		require.Equal(t, strings.ReplaceAll(`{"level":"warning","pid":PID,"logger_name":"tap-reprise","ts":946684800,"thread_name":"MainThread","app_name":"tap-reprise","stream_name":"events","message":"hello <you> stream=events rows=7 ok=true d=1s s=0.5 nan=NaN","extra":{"d":"1s","nan":"NaN","ok":true,"rows":7,"s":0.5}}
{"level":"info","pid":PID,"logger_name":"tap-reprise","ts":946684800,"thread_name":"MainThread","app_name":"tap-reprise","stream_name":"events","message":"METRIC record_count=7 stream=events","metric_info":{"type":"counter","metric":"record_count","value":7,"tags":{"stream":"events"}},"extra":{}}
`, "PID", pid), b.String())
	})
}

func TestLogEnvironment(t *testing.T) {
	meltano := func(formatter, level string) string {
		return file(t, "log.json", `{"version":1,"formatters":{"structured":{"()":"`+formatter+`"}},"root":{"level":"`+level+`"}}`)
	}
	const structured = "singer_sdk.logging.StructuredFormatter"
	for name, c := range map[string]struct {
		environ []string
		lines   []string // levels of the lines that come out
		json    bool
	}{
		"nothing said":                       {nil, []string{"INFO", "WARNING", "ERROR"}, false},
		"LOGLEVEL":                           {[]string{"LOGLEVEL=error"}, []string{"ERROR"}, false},
		"the connector's own wins":           {[]string{"TAP_REPRISE_LOGLEVEL=DEBUG", "LOGLEVEL=ERROR"}, []string{"DEBUG", "INFO", "WARNING", "ERROR"}, false},
		"LOG_FORMAT":                         {[]string{"LOG_FORMAT=JSON"}, []string{"INFO", "WARNING", "ERROR"}, true},
		"Meltano, structured":                {[]string{"SINGER_SDK_LOG_CONFIG=" + meltano(structured, "WARNING")}, []string{"WARNING", "ERROR"}, true},
		"Meltano, plain":                     {[]string{"SINGER_SDK_LOG_CONFIG=" + meltano("logging.Formatter", "DEBUG")}, []string{"DEBUG", "INFO", "WARNING", "ERROR"}, false},
		"LOGLEVEL wins over Meltano":         {[]string{"LOGLEVEL=ERROR", "SINGER_SDK_LOG_CONFIG=" + meltano(structured, "DEBUG")}, []string{"ERROR"}, true},
		"Meltano's file is gone":             {[]string{"SINGER_SDK_LOG_CONFIG=none"}, []string{"INFO", "WARNING", "ERROR"}, false},
		"Meltano's file is YAML":             {[]string{"SINGER_SDK_LOG_CONFIG=" + file(t, "l.yml", "root:\n  level: DEBUG\n")}, []string{"INFO", "WARNING", "ERROR"}, false},
		"a level that is none is named":      {[]string{"LOGLEVEL=LOUD"}, []string{"WARNING", "INFO", "WARNING", "ERROR"}, false},
		"a level that is none, but later":    {[]string{"LOGLEVEL=LOUD", "TAP_REPRISE_LOGLEVEL=ERROR"}, []string{"ERROR"}, false},
		"a level with blanks around":         {[]string{"LOGLEVEL= warn "}, []string{"WARNING", "ERROR"}, false},
		"the last of two in the environment": {[]string{"LOGLEVEL=ERROR", "LOGLEVEL=INFO"}, []string{"INFO", "WARNING", "ERROR"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			l := App{Name: "tap-reprise", Environ: c.environ}.NewLog(&Console{w: &b})
			l.Debug("x")
			l.Info("x")
			l.Warn("x")
			l.Error("x")
			var got []string
			for line := range strings.Lines(b.String()) {
				require.Equal(t, c.json, json.Valid([]byte(line)), line)
				if c.json {
					var r struct{ Level string }
					require.NoError(t, json.Unmarshal([]byte(line), &r))
					line = strings.ToUpper(r.Level)
				}
				level, _, _ := strings.Cut(strings.TrimSpace(line), " ")
				got = append(got, level)
			}
			require.Equal(t, c.lines, got)
		})
	}
}
