package api

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

var errEmpty = errors.New("answer is empty")

// mostEncodings is how often one body may be compressed.
const mostEncodings = 3

// A plainer hands on bodies as plain bytes, never more than they may have.
type plainer struct {
	limits *Limits
	next   http.RoundTripper
}

func newPlain(c *Client, next http.RoundTripper) http.RoundTripper {
	return &plainer{&c.config.Limits, next}
}

// RoundTrip implements http.RoundTripper.
func (p *plainer) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := p.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	call := answerOf(req).call
	body := &plain{ReadCloser: res.Body, res: res, most: cmp.Or(call.Most, p.limits.Body)}
	if !call.isGood(res.StatusCode) {
		// Of a long text the begin says enough.
		body.most, res.ContentLength = p.limits.RefusalBody, -1
	}
	res.Body = body
	return res, nil
}

// plain is a body without what packs it. It is opened by the first Read.
type plain struct {
	io.ReadCloser // as it comes
	res           *http.Response
	most          int64

	opened io.Reader
	failed error // to open it
}

func (b *plain) Read(p []byte) (int, error) {
	if err := b.open(); err != nil {
		return 0, err
	}
	return b.opened.Read(p)
}

// open finds the plain bytes. The body itself shows whether it is gzip: proxies
// unpack bodies and leave the header, or the other way round.
func (b *plain) open() error {
	if b.opened == nil && b.failed == nil {
		b.opened, b.failed = b.unpacked()
	}
	return b.failed
}

func (b *plain) unpacked() (io.Reader, error) {
	if b.res.ContentLength > b.most {
		return nil, &limitError{b.most}
	}
	if name := foreignEncoding(b.res.Header); name != "" {
		return nil, &strangeError{page: true, text: fmt.Sprintf("answer is compressed as %s, although only gzip was asked for", name)}
	}
	var body io.Reader = &bounded{b.ReadCloser, b.most, b.most}
	for range mostEncodings {
		packed := bufio.NewReader(body) // what gzip would put around it otherwise
		head, err := packed.Peek(2)
		if len(head) == 0 && err != nil {
			return nil, noBody(err)
		}
		if !bytes.Equal(head, []byte{0x1f, 0x8b}) {
			return packed, nil
		}
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		body = &bounded{z, b.most, b.most}
	}
	return body, nil
}

// noBody words the end of a body that has no first byte.
func noBody(err error) error {
	if err == io.EOF {
		return errEmpty
	}
	return err
}

// encodingNames are the full names of registered encodings.
var encodingNames = map[string]string{"br": "brotli (br)", "compress": "compress (LZW)", "dcb": "brotli with a dictionary (dcb)", "dcz": "zstd with a dictionary (dcz)"}

// foreignEncoding names an encoding of the body that plain does not know, "" if
// there is none.
func foreignEncoding(h http.Header) string {
	for name := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case "", "identity", "none", "gzip", "x-gzip":
			continue
		}
		if full := encodingNames[name]; full != "" {
			return full
		}
		return name
	}
	return ""
}

// bounded fails once more bytes came than are allowed.
type bounded struct {
	r          io.Reader
	left, most int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, &limitError{b.most}
	}
	return n, err
}
