package tap

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tap-reprise/internal/program"
)

// A Voice is a log, and the secrets that it must not say.
type Voice struct {
	*slog.Logger
	Secrets *program.Secrets
}

// A Task is one stream to sync, as its user wants it, and where to go on: the nil
// bookmark is the start.
type Task struct {
	Stream Stream
	Since  Bookmark
}

// Plan chooses what to sync: without a catalog every stream but those that are OptIn
// and have no bookmark, else what the catalog selects, in the order of the source. Streams that cannot be
// synced as asked are in the joined error, a Refusal each; the tasks stand.
// streams themselves stay as they are.
func Plan(streams []Stream, choices Choices, marks *Bookmarks, log Voice) ([]Task, error) {
	var tasks []Task
	var errs []error
	for _, s := range streams {
		s.Columns = slices.Clone(s.Columns)
		for i := range s.Columns {
			s.Columns[i].Selected = s.Columns[i].Selected || s.Fixed(s.Columns[i])
		}
		t, err := Task{s, nil}, error(nil)
		if choices == nil {
			if t.Since = marks.Of(s); t.Since == nil && s.OptIn {
				log.Info("stream is not read unless a catalog selects it", "stream", s.Name, "costs", s.Costs)
				continue
			}
		} else {
			c := choices.Find(s.Name)
			if c == nil || !c.selected("") {
				continue
			}
			t, err = c.task(s, marks, log)
		}
		if err == nil {
			err = t.Stream.unsuited()
		}
		if err != nil {
			errs = append(errs, &Refusal{s.Name, err})
			continue
		}
		tasks = append(tasks, t)
	}
	for i, c := range choices {
		if c.selected("") && !slices.ContainsFunc(streams, func(s Stream) bool { return s.Name == c.Name }) {
			errs = append(errs, Absent(streams, c.Name, i+1))
		}
	}
	if choices != nil && len(tasks) == 0 && len(errs) == 0 {
		log.Warn("the catalog selects no stream")
	}
	return tasks, errors.Join(errs...)
}

// A Refusal is why a stream is not synced although the catalog selects it.
type Refusal struct {
	Stream string
	Err    error
}

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Absent refuses a stream that is not one of streams, and comes at that place of
// the catalog, counted from 1.
func Absent(streams []Stream, name string, place int) *Refusal {
	return &Refusal{name, &program.Error{Code: program.ExitConfig, Hint: absentHint(streams, name),
		Err: fmt.Errorf("stream %d of the catalog is not offered", place)}}
}

// unsuited is why the rows of s cannot be written as s has become. A stream that
// cannot be read now has its own reason.
func (s Stream) unsuited() error {
	if s.Suits == nil || s.Broken != nil {
		return nil
	}
	return s.Suits(s)
}

// absentHint lists the names to use instead of a stream's unknown name.
func absentHint(streams []Stream, name string) string {
	var names []string
	for _, s := range streams {
		if slices.Contains(s.Aliases, name) {
			return fmt.Sprintf("it is called %s here; discover the catalog again", s.Name)
		}
		names = append(names, s.Name)
	}
	if meant := program.Nearest(name, names); meant != "" {
		return "it may be meant for " + meant + "; deselect it, or use one of " + strings.Join(names, ", ")
	}
	return "deselect it, or use one of " + strings.Join(names, ", ")
}
