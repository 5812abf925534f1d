// Package settings reads what people write into a config: dates, addresses, keys.
package settings

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"tap-reprise/internal/program"
)

// DateForms are what people and platforms write: Meltano's date settings come
// with any fraction and no zone, Airbyte's with Z. No zone means UTC.
var DateForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

// dateShape is what may be shown of a wrong date: anything else may be a key in
// the wrong place.
var dateShape = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[-0-9T:. Z+]{0,24}$`)

// Date reads the date of a setting, in UTC and whole microseconds.
func Date(key, text string) (time.Time, error) {
	for _, form := range DateForms {
		if t, err := time.Parse(form, strings.ToUpper(strings.TrimSpace(text))); err == nil {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	what := fmt.Sprintf("a text of %d characters", len([]rune(text)))
	if dateShape.MatchString(text) {
		what = text
	}
	return time.Time{}, &program.Error{Code: program.ExitConfig, Err: fmt.Errorf("config: %s: %s is not a date", key, what),
		Hint: "write it as 2026-01-31 or 2026-01-31T08:00:00Z"}
}
