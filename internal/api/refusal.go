package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	jsoniter "github.com/json-iterator/go"
)

// refusal reads an answer that is not good, whatever its form: JSON that says
// what is wrong, a page, or plain text. Its status says most: a body that does
// not come is not waited for.
func (c *Client) refusal(a *Answer) *Error {
	var body []byte
	plain := a.res.Body.(*plain)
	if err := plain.open(); err == nil {
		body, _ = io.ReadAll(plain)
	} else if !errors.Is(err, errEmpty) {
		body = []byte(err.Error())
	}
	p := c.config.Limits.pauseAsked(a.res)
	c.doubt(p)
	e := &Error{What: a.call.Name, Host: a.Host, Status: a.Status, After: p.wait, asked: p.asked}
	text := c.message(body)
	e.Kind, e.Words = c.KindOf(a.Status, text), c.Words(text)
	if isPage("", body) {
		e.Words = c.said(body)
		if a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden {
			e.Kind = Foreign // the API says so in JSON
		}
	}
	if a.Status < http.StatusMultipleChoices {
		e.Err = fmt.Errorf("status %d without the documented answer", a.Status)
	}
	return e
}

// message is what a body says is wrong: the first text at one of the places that
// the config names, else all of it.
func (c *Client) message(body []byte) string {
	places := c.config.Messages
	if places == nil {
		places = [][]any{{"error"}}
	}
	for _, place := range places {
		if text := jsoniter.Get(body, place...); text.ValueType() == jsoniter.StringValue {
			return text.ToString()
		}
	}
	return string(body)
}

// doubt warns, once, of a pause that the API cannot mean.
func (c *Client) doubt(p pause) {
	if p.asked > 0 && !c.doubted.Swap(true) {
		c.config.Log.Warn("the API asks for a pause that it cannot mean; it is asked again sooner", "asked", p.asked.String(), "longest", c.config.Limits.Pause.String())
	}
}
