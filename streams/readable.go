package streams

import (
	"errors"
	"net/http"

	"tap-reprise/internal/api"
	"tap-reprise/internal/rows"
)

// Readable says what an answer that could not be read means for the attempts: err is
// what reading it ended with.
func (s *Source) Readable(err error) error {
	var envelope *rows.EnvelopeError
	final := s.ofPlan(err)
	switch {
	case err == nil:
		return nil
	case final != nil:
		return final
	case errors.As(err, new(*vanishedError)):
		return &api.Error{Kind: api.Changed, Err: err}
	case !errors.As(err, &envelope):
		return err
	case envelope.Kind == rows.TooDeep:
		return &api.Error{Kind: api.Unreadable, Err: err}
	case envelope.Kind == rows.Exception:
		return &api.Error{Kind: s.Client.KindOf(http.StatusOK, envelope.Text), Err: err}
	}
	return err
}
