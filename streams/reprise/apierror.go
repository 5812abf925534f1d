package reprise

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	jsoniter "github.com/json-iterator/go"

	"tap-reprise/internal/program"
)

// An apiError is an answer that is not a 200 (Reprise Data API, section 7).
type apiError struct {
	what   string // method and pipe
	host   string
	status int
	page   bool          // of a proxy, filter or network between, which speaks for the API
	text   program.Words // the API's own words
	denies bool          // they say that this account may not use this endpoint
	size   bool          // they say that the question or its answer is too large
	pause  pause         // that the API asks for
}

func (e *apiError) Error() string {
	if e.text.String() == "" {
		return fmt.Sprintf("%s: status %d", e.what, e.status)
	}
	return fmt.Sprintf("%s: status %d: %s", e.what, e.status, e.text)
}

// refusal reads an answer that is no 200, whatever its form: {"error": …},
// another JSON object, a page, or plain text. Its status says most: a body that
// does not come is not waited for.
func (c *client) refusal(what string, res *http.Response, w *watch) *apiError {
	w.again(c.limits.refusal, 0)
	var body []byte
	res.ContentLength = -1 // of a long text the begin says enough
	if plain, err := open(res, w, c.limits.refusalBody); err == nil {
		body, _ = io.ReadAll(plain)
	} else if !errors.Is(err, errEmpty) {
		body = []byte(err.Error())
	}
	e := &apiError{what: what, host: res.Request.URL.Host, status: res.StatusCode, pause: c.limits.pauseAsked(res.Header)}
	c.doubt(e.pause)
	text := string(body)
	if told := jsoniter.Get(body, "error"); told.ValueType() == jsoniter.StringValue {
		text = told.ToString()
	}
	e.text, e.denies, e.size = c.env.Secrets.Words(text), strings.Contains(text, "access to this resource"), speaksOfSize(text)
	if isPage("", body) {
		e.text = c.said(body)
	}
	switch res.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden: // the API says so in JSON
		e.page = isPage("", body)
	case http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired:
		e.page = true
	}
	return e
}

// doubt warns, once, of a pause that the API cannot mean.
func (c *client) doubt(p pause) {
	if p.asked > 0 && !c.doubted.Swap(true) {
		c.log.Warn("the API asks for a pause that it cannot mean; it is asked again sooner", "asked", p.asked.String(), "longest", c.limits.pause.String())
	}
}
