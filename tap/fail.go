package tap

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// lastLine is about how long the last line may be.
const lastLine = 600

// fail writes each error with its hint on a line of its own. The last line, the
// one that Meltano shows, has all of them, or the one that needs a person most
// if they are too long.
func (c *singerCommand) fail(err error) {
	parts := flatten(err)
	if len(parts) == 1 {
		c.log.Log(context.Background(), levelCritical, withHint(parts[0], Hint(parts[0])))
		return
	}
	worst, texts := parts[0], []string{}
	for _, e := range parts {
		if text := oneLine(e.Error()); !slices.Contains(texts, text) {
			c.log.Error(withHint(e, Hint(e)))
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
	c.log.Log(context.Background(), levelCritical, withHint(all, Hint(worst)))
}

// lastWords says why a run is given up whose output may be blocked.
func (c *singerCommand) lastWords(why error) {
	c.console.draw("")
	c.log.Log(context.Background(), levelCritical, withHint(abandoned(why, c.out.Load()), Hint(why)))
}

// abandoned adds to why what the reader of out does not do.
func abandoned(why error, out *outlet) error {
	if out == nil || out.blocked() == 0 {
		return fmt.Errorf("%w; it did not end within %v", why, grace)
	}
	return fmt.Errorf("%w; stdout is blocked: its reader has taken nothing for %v, and does not get the last STATE", why, out.blocked().Round(time.Second))
}

func withHint(err error, hint string) string {
	if hint == "" {
		return err.Error()
	}
	return err.Error() + "; hint: " + hint
}

// flatten is the errors that err joins, or err alone.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}
