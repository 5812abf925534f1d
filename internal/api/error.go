package api

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"tap-reprise/internal/program"
)

// An Error is an attempt at a call that failed. Its text is one line without a
// secret.
type Error struct {
	Kind   Kind
	What   string        // the call's name
	Host   string        // that was asked
	Status int           // 0: none came, or that of a good answer
	Words  program.Words // the API's own, of an answer that is not good

	// After is how long the API asks to wait.
	After time.Duration

	// Err is what else is wrong; nil: the status says it.
	Err error

	asked time.Duration // a pause that the API cannot mean
	way   wayFault      // of Unreached and Barred
}

func (e *Error) Error() string {
	switch {
	case e.Err != nil:
		return e.What + ": " + e.Err.Error()
	case e.Words.String() == "":
		return fmt.Sprintf("%s: status %d", e.What, e.Status)
	}
	return fmt.Sprintf("%s: status %d: %s", e.What, e.Status, e.Words)
}

func (e *Error) Unwrap() error { return e.Err }

// bare is the *Error in err that nobody has given a hint yet; nil: there is none.
// A hint makes an error final: the attempts are over, or a person is needed.
func bare(err error) *Error {
	var e *Error
	if errors.As(err, new(*program.Error)) || !errors.As(err, &e) {
		return nil
	}
	return e
}

// Again reports whether the same request may succeed later.
func Again(err error) bool {
	e := bare(err)
	return e != nil && kinds[e.Kind].again
}

// Smaller reports whether a smaller request may succeed where this one did not.
func Smaller(err error) bool {
	e := bare(err)
	return e != nil && kinds[e.Kind].smaller
}

// Fault says who can end an error.
func (e *Error) Fault() Fault { return kinds[e.Kind].fault }

// Exit is the code that the program ends with over e, and the hint, which says
// to a person what to do.
func (c *Client) Exit(e *Error) (code int, hint string) {
	of := kinds[e.Kind]
	if hint = c.config.Hints[e.Kind]; hint == "" {
		hint = of.hint
	}
	asked := max(e.After, e.asked)
	switch {
	case of.fault == Way:
		hint += e.way.hint(e.Host)
	case of.fault == Stranger:
		hint += pageHint.hint(e.Host)
	case of.fault == Server && asked > c.Budget():
		hint = fmt.Sprintf("the API asks to wait %v, longer than retry_minutes; run again then, from the last state", asked.Round(time.Second))
	}
	return of.code, strings.ReplaceAll(hint, "%s", e.Host)
}

// lasts reports whether waiting will hardly end e: one more attempt shows. Where
// the API has answered before, a stranger's page may be one for maintenance.
func (c *Client) lasts(e *Error) bool {
	return kinds[e.Kind].lasts || e.Fault() == Stranger && !c.Heard(e.Host)
}

// patience is how long a request that failed with e may go on failing. A page for
// maintenance, or one server among several that answers in another form, hardly
// stays for long. Nor does it take long to see that a host is out of reach, where
// somebody waits.
func (c *Client) patience(e *Error) time.Duration {
	unreached := e.Fault() == Way && !c.Heard(e.Host)
	switch {
	case e.Kind == TooSlow && c.down.Load():
		return 0 // another request was tried long enough
	case unreached && c.config.Brief:
		return min(c.Budget(), 5*time.Second)
	case unreached || e.Fault() == Stranger || e.Kind == Changed:
		return min(c.Budget(), time.Minute)
	}
	return c.Budget()
}

// broken is the error of a call that err broke, which came without an answer or
// with one that cannot be used.
func (c *Client) broken(a *Answer, err error) error {
	e := &Error{What: a.call.Name, Host: a.Host}
	known, _ := err.(*Error)
	if known != nil && known.What == "" {
		err = known.Err
	}
	e.Err = c.config.Secrets.Error(err)
	var way *wayError
	var strange *strangeError
	var timeout net.Error
	switch {
	case known != nil:
		e.Kind = known.Kind
	case errors.Is(err, errLimited):
		e.Kind = Paused
	case errors.As(err, new(*slowError)):
		e.Kind = TooSlow
	case errors.As(err, new(*limitError)):
		e.Kind = TooLarge
	case errors.As(err, new(*redirectError)):
		e.Kind = Moved
	case errors.As(err, &strange) && strange.page:
		e.Kind = Foreign
	case errors.As(err, &way):
		if e.Kind, e.way = Unreached, way.wayFault; way.lasts {
			e.Kind = Barred
		}
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Kind = TooMuch
	}
	return e
}

// KindOf is the kind of an error whose status, and the API's words beside it, are
// known. An exception inside a good answer has the status 200.
func (c *Client) KindOf(status int, text string) Kind {
	text = strings.ToLower(text)
	for _, s := range c.config.Sayings {
		if slices.Contains(s.Statuses, status) && strings.Contains(text, strings.ToLower(s.Says)) {
			return s.Kind
		}
	}
	switch {
	case status < http.StatusMultipleChoices:
		return Broken
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return BadKey
	case status == http.StatusProxyAuthRequired, status == http.StatusNetworkAuthenticationRequired:
		return Foreign
	case status == http.StatusRequestTimeout, status == http.StatusRequestEntityTooLarge:
		return TooMuch
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return Busy
	}
	return Refused
}
