package program

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// lastLine is about how long the last line may be.
const lastLine = 600

// logFailure logs each error with its hint on a line of its own. The last line, the
// one that Meltano shows, has all of them, or the one that needs a person most
// if they are too long.
func logFailure(log *slog.Logger, err error) {
	parts := Flatten(err)
	if len(parts) == 1 {
		log.Log(context.Background(), LevelCritical, WithHint(parts[0], Hint(parts[0])))
		return
	}
	worst, texts := parts[0], []string{}
	for _, e := range parts {
		if text := OneLine(e.Error()); !slices.Contains(texts, text) {
			log.Error(WithHint(e, Hint(e)))
			texts = append(texts, text)
		}
		if rank(ExitCode(e)) > rank(ExitCode(worst)) {
			worst = e
		}
	}
	all := fmt.Errorf("%d errors: %s", len(texts), strings.Join(texts, "; "))
	if len(all.Error()) > lastLine {
		all = fmt.Errorf("%d errors, the gravest: %w", len(texts), worst)
	}
	log.Log(context.Background(), LevelCritical, WithHint(all, Hint(worst)))
}

// Abandoned adds to why a run is given up that it did not end, or that the reader of
// out, which may be nil, takes nothing.
func Abandoned(why error, out *Outlet) error {
	if out == nil || out.blocked() == 0 {
		return fmt.Errorf("%w; it did not end within %v", why, grace)
	}
	return fmt.Errorf("%w; stdout is blocked: its reader has taken nothing for %v, and does not get the last STATE", why, out.blocked().Round(time.Second))
}

// WithHint is the text of err with hint behind it, if there is one.
func WithHint(err error, hint string) string {
	if hint == "" {
		return err.Error()
	}
	return err.Error() + "; hint: " + hint
}

// Flatten is the errors that err joins, or err alone.
func Flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, Flatten(e)...)
	}
	return out
}
