package api

import (
	"bytes"
	"html"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"tap-reprise/internal/program"
)

// A strangeError is a 200 that is no answer of the API: the page of a proxy, a
// filter or a network that wants people to sign in, or an encoding that nobody
// asked for.
type strangeError struct {
	page bool // for people, or of a machine between: it does not go away by itself
	text string
}

func (e *strangeError) Error() string { return e.text }

const (
	longWord  = 40  // longer ones are no words of a sentence, but may be a secret
	pageShown = 160 // characters of a page that are shown
)

// strange words what came in the place of an answer.
func (a *Answer) strange(body []byte) error {
	declared, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	e := &strangeError{}
	kind := formOf(body)
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return errEmpty
	case isPage(declared, body):
		e.page, kind = true, "text/html, not JSON"
	case kind != "":
		e.page = true
		e.text = "answer is " + kind + ", not JSON"
		return e
	case looksLikeJSON(body):
		kind = "JSON, but no object"
	case declared == "" || isJSON(declared):
		kind = "not JSON"
	default:
		kind = a.client.Words(declared).String() + ", not JSON"
	}
	e.text = "answer is " + kind + ": " + a.client.said(body).String()
	return e
}

// said is what a body says to a person: without tags, in a few words, made fit
// to be read.
func (c *Client) said(body []byte) program.Words {
	text := string(body)
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		text = withoutTags(text)
	}
	words := strings.Fields(text)
	for i, word := range words {
		if utf8.RuneCountInString(word) > longWord {
			words[i] = "…"
		}
	}
	return c.config.Secrets.Brief(strings.Join(words, " "), pageShown)
}

var (
	unread = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?(</script\s*>|$)|<style\b.*?(</style\s*>|$)`)
	tag    = regexp.MustCompile(`(?s)<[^<>]*>|<[^<>]*$`)
)

// withoutTags is the text of a page of HTML or XML.
func withoutTags(page string) string {
	return html.UnescapeString(tag.ReplaceAllString(unread.ReplaceAllString(page, " "), " "))
}

// isPage reports whether a body is a page for people.
func isPage(declared string, body []byte) bool {
	return declared == "text/html" || declared == "application/xhtml+xml" ||
		bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) && strings.HasPrefix(http.DetectContentType(body), "text/html")
}

func isJSON(declared string) bool {
	return strings.HasSuffix(declared, "/json") || strings.HasSuffix(declared, "+json")
}

func looksLikeJSON(body []byte) bool {
	start := bytes.TrimSpace(body)
	return len(start) > 0 && strings.IndexByte(`["-0123456789`, start[0]) >= 0 ||
		bytes.HasPrefix(start, []byte("null")) || bytes.HasPrefix(start, []byte("true")) || bytes.HasPrefix(start, []byte("false"))
}

// formOf names a body that is no text by how it begins, "" if it is text.
func formOf(body []byte) string {
	for begin, name := range map[string]string{
		"\x28\xb5\x2f\xfd": "compressed as zstd", "\xfd7zXZ\x00": "compressed as xz", "PK\x03\x04": "a ZIP archive",
		"\x78\x01": "compressed as deflate", "\x78\x9c": "compressed as deflate", "\x78\xda": "compressed as deflate",
		"\xff\xfe": "text in UTF-16", "\xfe\xff": "text in UTF-16", "%PDF-": "a PDF document",
	} {
		if bytes.HasPrefix(body, []byte(begin)) {
			return name
		}
	}
	odd := 0
	for _, r := range string(body) {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			odd++
		}
	}
	if odd*10 > len(body) {
		return "binary data, perhaps compressed as brotli"
	}
	return ""
}
