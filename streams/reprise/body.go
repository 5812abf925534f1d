package reprise

import (
	"bufio"
	"bytes"
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

// open returns the plain bytes of a body, never more than most. Whether it is
// gzip is seen from the body itself: proxies unpack bodies and leave the header,
// or the other way round.
func open(res *http.Response, w *watch, most int64) (io.Reader, error) {
	if res.ContentLength > most {
		return nil, &limitError{most}
	}
	if name := foreignEncoding(res.Header); name != "" {
		return nil, &strangeError{host: res.Request.URL.Host, page: true,
			text: fmt.Sprintf("answer is compressed as %s, although only gzip was asked for", name)}
	}
	var body io.Reader = &bounded{&watched{res.Body, w}, most, most}
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
		body = &bounded{z, most, most}
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

// foreignEncoding names an encoding of the body that open does not know, "" if
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

// bounded fails once more bytes came than may.
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
