package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runtimeAPI is what AWS Lambda shows a program of one's own (AWS Lambda developer guide, "Using the
// Lambda runtime API for custom runtimes").
type runtimeAPI struct {
	next    chan invocation
	answers chan answer
	server  *httptest.Server
}

type invocation struct {
	id, event string
	timeout   time.Duration
}

type answer struct{ id, kind, body string } // kind is response or error

const passesARN = "arn:aws:lambda:us-east-1:111122223333:function:passes"

func newRuntimeAPI(t *testing.T) *runtimeAPI {
	r := &runtimeAPI{next: make(chan invocation), answers: make(chan answer, 10)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", r.serveNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{kind}", r.serveAnswer)
	r.server = httptest.NewServer(mux)
	t.Cleanup(r.server.Close)
	return r
}

func (r *runtimeAPI) serveNext(w http.ResponseWriter, req *http.Request) {
	select {
	case i := <-r.next:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(i.timeout).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", passesARN)
		_, _ = io.WriteString(w, i.event)
	case <-req.Context().Done():
	}
}

func (r *runtimeAPI) serveAnswer(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.answers <- answer{req.PathValue("id"), req.PathValue("kind"), string(body)}
	w.WriteHeader(http.StatusAccepted)
}

// function is the program, as a function of Lambda's.
type function struct {
	*testing.T
	*runtimeAPI
	process *exec.Cmd
	log     *bytes.Buffer // to be read when it has ended
	number  int
}

// startFunction starts this test's own program under the name of bootstrap.
func startFunction(t *testing.T, environment ...string) *function {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.Symlink(own, name); err != nil {
		t.Fatal(err)
	}
	f := &function{T: t, runtimeAPI: newRuntimeAPI(t), process: exec.Command(name), log: &bytes.Buffer{}}
	f.process.Env = append([]string{"PATH=/nowhere", "HOME=/nowhere", "AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(f.server.URL, "http://")}, environment...)
	f.process.Stdout, f.process.Stderr = f.log, f.log
	if err := f.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.process.Process.Kill() })
	return f
}

// invoke begins an invocation.
func (f *function) invoke(event string, timeout time.Duration) {
	f.Helper()
	f.number++
	select {
	case f.next <- invocation{fmt.Sprintf("request-%d", f.number), event, timeout}:
	case <-time.After(20 * time.Second):
		f.Fatal("the function does not ask for its next invocation")
	}
}

// answered waits for the answer to the invocation.
func (f *function) answered() answer {
	f.Helper()
	select {
	case a := <-f.answers:
		if want := fmt.Sprintf("request-%d", f.number); a.id != want {
			f.Errorf("answered %s, want %s", a.id, want)
		}
		return a
	case <-time.After(30 * time.Second):
		_ = f.process.Process.Kill()
		_ = f.process.Wait()
		f.Fatalf("no answer; its log:\n%s", f.log)
		return answer{}
	}
}

// terminate ends the function as Lambda does, and answers its log.
func (f *function) terminate() string {
	f.Helper()
	began := time.Now()
	if err := f.process.Process.Signal(syscall.SIGTERM); err != nil {
		f.Fatal(err)
	}
	if err := f.process.Wait(); err != nil {
		f.Errorf("F51: ended by SIGTERM: %v; its log:\n%s", err, f.log)
	}
	if took := time.Since(began); took > 10*time.Second {
		f.Errorf("F51: it took %v to end", took)
	}
	return f.log.String()
}
