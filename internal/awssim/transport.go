package awssim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Client gives an HTTP client whose every request, to whatever host, is answered
// by s in process. It works inside a testing/synctest bubble.
func (s *Sim) Client() *http.Client { return &http.Client{Transport: s} }

// RoundTrip answers a request in process. The answer's body is complete and in
// memory. It gives the context's error when the request's context ends first,
// and a connection reset when a fault breaks the connection.
func (s *Sim) RoundTrip(hr *http.Request) (*http.Response, error) {
	if hr.Body != nil {
		defer hr.Body.Close()
	}
	if err := hr.Context().Err(); err != nil {
		return nil, err
	}
	if hr.Host == "" {
		hr = hr.Clone(hr.Context())
		hr.Host = hr.URL.Host
	}
	out := s.handle(hr)
	switch {
	case out.gone != nil:
		return nil, out.gone
	case out.drop:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	var body io.Reader = bytes.NewReader(out.Body)
	if out.cut {
		body = io.MultiReader(bytes.NewReader(out.Body[:len(out.Body)/2]), broken{})
	}
	return &http.Response{
		Status: strconv.Itoa(out.Status) + " " + http.StatusText(out.Status), StatusCode: out.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: s.header(out), Body: io.NopCloser(body), ContentLength: int64(len(out.Body)), Request: hr,
	}, nil
}

// broken is the rest of a body whose connection is gone.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (s *Sim) header(out outcome) http.Header {
	h := make(http.Header)
	h.Set("Content-Type", out.ContentType)
	h.Set("X-Amzn-RequestId", out.id)
	h.Set("Date", s.world.Now().UTC().Format(http.TimeFormat))
	if out.ErrorType != "" {
		h.Set("X-Amzn-ErrorType", out.ErrorType)
	}
	if out.QueryError != "" {
		h.Set("X-Amzn-Query-Error", out.QueryError)
	}
	if sum := out.Checksum(); sum != "" {
		h.Set("X-Amz-Crc32", sum)
	}
	return h
}

// ServeHTTP answers a request over a connection.
func (s *Sim) ServeHTTP(rw http.ResponseWriter, hr *http.Request) {
	out := s.handle(hr)
	if out.gone != nil || out.drop {
		// The server closes the connection of a handler that panics so.
		panic(http.ErrAbortHandler)
	}
	for name, values := range s.header(out) {
		rw.Header()[name] = values
	}
	rw.Header().Set("Content-Length", strconv.Itoa(len(out.Body)))
	rw.WriteHeader(out.Status)
	body := out.Body
	if out.cut {
		body = body[:len(body)/2]
	}
	_, err := rw.Write(body)
	if out.cut {
		// What has been written must be on its way before the connection breaks.
		err = errors.Join(http.NewResponseController(rw).Flush(), io.ErrUnexpectedEOF)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// Server is a simulator that listens.
type Server struct {
	URL string // http://127.0.0.1:PORT, to be given to clients as their endpoint

	listener net.Listener
	http     *http.Server
	leave    chan struct{} // closed when the server shuts down
}

// leaving is the key of a Server's leave in the contexts of its requests.
type leaving struct{}

// closing gives a channel that is closed when the server that has the request of ctx shuts down; nil: there is none.
func closing(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(leaving{}).(chan struct{})
	return c
}

// Listen begins to listen at address, which must be of the loopback interface
// ("127.0.0.1:0", "[::1]:4566", "localhost:0"): nobody else may reach what
// takes any signature for valid.
func (s *Sim) Listen(address string) (*Server, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen at %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen at %q: not a loopback address", address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	leave := make(chan struct{})
	return &Server{
		URL: "http://" + l.Addr().String(), listener: l, leave: leave,
		http: &http.Server{
			Handler: s, ReadHeaderTimeout: 10 * time.Second,
			BaseContext: func(net.Listener) context.Context {
				return context.WithValue(context.Background(), leaving{}, leave)
			},
		},
	}, nil
}

// Serve answers until ctx ends, and then lets the calls that are under way
// finish for up to five seconds. Long polls it breaks off.
func (v *Server) Serve(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- v.http.Serve(v.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	close(v.leave)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := v.http.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), v.http.Close())
	}
	return nil
}
