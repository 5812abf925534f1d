package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"tap-reprise/internal/program"
)

const (
	headLength = 512     // of a body, to tell what it is
	pageLength = 8 << 10 // of what is no answer, to show what it says
)

// An Answer is what came for a call. Call.Read uses it while it runs.
type Answer struct {
	Host   string
	Status int
	Header http.Header

	// Read may set Rows, how many there were, and Waited, how long the answer
	// was not read although it could have been: the API is not slow for that.
	Rows   int
	Waited time.Duration

	client *Client
	call   *Call
	ctx    context.Context
	res    *http.Response
	head   []byte
}

// Object returns the body, plain, if it begins like a JSON object. If not, the
// error shows in a few words what came.
func (a *Answer) Object() (io.Reader, error) { return a.opens("{") }

// opens returns the body if it begins with one of these bytes.
func (a *Answer) opens(with string) (io.Reader, error) {
	head, err := readHead(a.res.Body, nil, headLength)
	if len(head) == 0 && err != nil {
		return nil, noBody(err)
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	a.head = bytes.TrimLeft(head, " \t\r\n")
	if len(a.head) > 0 && !strings.ContainsRune(with, rune(a.head[0])) || len(a.head) == 0 && err == io.EOF {
		page, _ := readHead(a.res.Body, head, pageLength) // what there is will do
		return nil, a.strange(page)
	}
	return io.MultiReader(bytes.NewReader(head), a.res.Body), nil
}

// JSON reads the body, an object, whole.
func (a *Answer) JSON() ([]byte, error) { return a.document("{") }

// List reads the body, an array, whole.
func (a *Answer) List() ([]byte, error) { return a.document("[") }

func (a *Answer) document(with string) ([]byte, error) {
	body, err := a.opens(with)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(body)
	if err == nil && !json.Valid(text) {
		err = errors.New("answer is broken JSON")
	}
	return text, err
}

// Head is what the object begins with, some hundred bytes of it.
func (a *Answer) Head() []byte { return a.head }

// Said is what Head says to a person.
func (a *Answer) Said() program.Words { return a.client.said(a.head) }

// Age is how long a cache has kept the answer, 0 if it came from none.
func (a *Answer) Age() time.Duration { return ageOf(a.Header) }

// readHead reads behind head until n bytes are there, or a first piece that is
// not blank where head is nil.
func readHead(body io.Reader, head []byte, n int) ([]byte, error) {
	first := head == nil
	all := append(make([]byte, 0, n), head...)
	for len(all) < n {
		got, err := body.Read(all[len(all):n])
		all = all[:len(all)+got]
		if err != nil || first && len(bytes.TrimSpace(all)) > 3 {
			return all, err
		}
	}
	return all, nil
}
