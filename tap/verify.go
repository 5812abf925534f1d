package tap

import (
	"context"
	"errors"
	"fmt"

	"tap-reprise/internal/program"
)

// A Report is what was found about one stream.
type Report struct {
	Stream   string
	Marked   bool // the state has a bookmark
	Findings []Finding
}

// Verify verifies the streams of tasks. One that cannot be verified is in the
// error and leaves the reports of the others. The end of ctx leaves none.
func Verify(ctx context.Context, source Verifier, tasks []Task, deep bool, progress *Progress) ([]Report, error) {
	var reports []Report
	var errs []error
	for i, t := range tasks {
		progress.Start(t.Stream.Name, i+1, len(tasks))
		r := Report{Stream: t.Stream.Name, Marked: t.Since != nil}
		err := t.Stream.Broken
		if err == nil && r.Marked {
			r.Findings, err = source.Verify(ctx, t.Stream, t.Since, deep)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("verify %s: %w", t.Stream.Name, err))
			continue
		}
		reports = append(reports, r)
	}
	return reports, errors.Join(errs...)
}

// differences counts the units that a person should know of.
func differences(reports []Report) (n int) {
	for _, r := range reports {
		for _, f := range r.Findings {
			if f.Standing.differs() {
				n++
			}
		}
	}
	return n
}

// Failure is the error that differences are, or nil if there are none.
func Failure(reports []Report, units Units) error {
	n := differences(reports)
	if n == 0 {
		return nil
	}
	return &program.Error{Code: program.ExitData, Err: fmt.Errorf("verify: %d differences between the state and the API", n),
		Hint: "the next run writes what is missing or changed within the look-back" + units.aside()}
}
