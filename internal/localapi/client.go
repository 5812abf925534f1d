package localapi

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"syscall"
)

// Client is a client that reaches s in process: see [Client].
func (s *Server) Client() *http.Client { return Client(s) }

// Client returns a client that h answers in process, whatever host is asked,
// without a socket: it works inside a testing/synctest bubble. Resets, cut and
// slow bodies, lengths that are wrong and cancelled contexts look as they do on
// a socket. Bodies are gzipped only if the request itself offers it. The caller
// closes bodies. Cookies are not kept and redirects followed, as by
// [http.DefaultClient].
//
// A fake that wraps its [Server] in a handler of its own gives that handler.
func Client(h http.Handler) *http.Client {
	return &http.Client{Transport: transport{h}}
}

type transport struct{ h http.Handler }

var _ http.RoundTripper = transport{}

// RoundTrip serves req on a goroutine of its own that ends when the body was
// read or closed, or the request's context is done.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	if req.Context().Err() != nil {
		return nil, context.Cause(req.Context())
	}
	ctx, cancel := context.WithCancel(req.Context())
	pr, pw := io.Pipe()
	w := &localWriter{header: http.Header{}, body: pw, ready: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { pw.CloseWithError(context.Cause(ctx)) })
	go func() {
		defer cancel()
		defer stop()
		w.serve(t.h, serverSide(ctx, req))
	}()
	select {
	case <-w.ready:
	case <-req.Context().Done():
		cancel()
		return nil, context.Cause(req.Context())
	}
	if w.broken != nil {
		cancel()
		return nil, w.broken
	}
	return w.response(req, &localBody{pr, cancel}), nil
}

// serverSide is req as a server sees it.
func serverSide(ctx context.Context, req *http.Request) *http.Request {
	r := req.Clone(ctx)
	r.URL = &url.URL{Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	r.RequestURI = r.URL.RequestURI()
	r.RemoteAddr = "127.0.0.1:1"
	if r.Host == "" {
		r.Host = req.URL.Host
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	return r
}

// A localWriter is the server's end of an in-process exchange.
type localWriter struct {
	header http.Header
	body   *io.PipeWriter
	wrote  int64
	once   sync.Once
	ready  chan struct{} // closed once the three fields below are final
	status int
	sent   http.Header
	broken error
}

var _ http.ResponseWriter = (*localWriter)(nil)

func (w *localWriter) Header() http.Header { return w.header }
func (w *localWriter) Flush()              {}

func (w *localWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		for name, values := range w.sent {
			if len(values) == 0 {
				delete(w.sent, name)
			}
		}
		close(w.ready)
	})
}

func (w *localWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	n, err := w.body.Write(p)
	w.wrote += int64(n)
	return n, err
}

// serve runs the handler. One that aborts has broken the connection.
func (w *localWriter) serve(h http.Handler, r *http.Request) {
	defer func() {
		switch p := recover(); p {
		case nil:
			w.WriteHeader(http.StatusOK)
			w.body.CloseWithError(w.short())
		case http.ErrAbortHandler:
			w.once.Do(func() {
				w.broken = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
				close(w.ready)
			})
			err := context.Cause(r.Context())
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			w.body.CloseWithError(err)
		default:
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
}

// length is the body's as the headers name it, -1 if they do not.
func (w *localWriter) length() int64 {
	length, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
	if err != nil {
		return -1
	}
	return length
}

// short is the error of a body that ended before its length; nil is io.EOF.
func (w *localWriter) short() error {
	if w.wrote < w.length() {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (w *localWriter) response(req *http.Request, body io.ReadCloser) *http.Response {
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          body,
		ContentLength: w.length(),
		Request:       req,
	}
}

// A localBody tells the handler when the client has had enough.
type localBody struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (b *localBody) Close() error {
	err := b.PipeReader.Close()
	b.cancel()
	return err
}
