package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/policydoc"
)

// toLambda is the way to AWS of a function. Lambda is not simulated: here it takes an invocation if the policies allow it.
type toLambda struct {
	*traveller
	line *line
}

func (l toLambda) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.Host, "lambda.") {
		return l.line.RoundTrip(r)
	}
	asked := policydoc.Request{Action: "lambda:InvokeFunction", Resource: functionARN}
	answer := &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody, Request: r}
	if sid, allowed := l.allows(asked); allowed {
		l.allowed(sid, asked)
		return answer, nil
	}
	answer.StatusCode = http.StatusForbidden
	answer.Header.Set("X-Amzn-Errortype", "AccessDeniedException")
	answer.Body = io.NopCloser(strings.NewReader(fmt.Sprintf(`{"Message":"User is not authorized to perform: %s on resource: %s"}`, asked.Action, asked.Resource)))
	return answer, nil
}

// allows judges a call that the simulated AWS does not have, and names the statement that allows it.
func (v *traveller) allows(asked policydoc.Request) (sid string, allowed bool) {
	var documents []policydoc.Document
	for _, text := range v.texts {
		d, err := policydoc.ParseIdentity(text)
		if err != nil {
			v.Fatalf("%v", err)
		}
		documents = append(documents, d)
	}
	verdict := policydoc.Judge(documents, asked)
	for _, at := range verdict.Matched {
		sid = documents[at.Document].Statements[at.Statement].Sid
	}
	return sid, verdict.Decision == policydoc.Allowed
}

// invoked is a pass of the function for passes that is cut off by its deadline, and goes on in another invocation.
func (v *traveller) invoked(place string) {
	way := toLambda{v, v.lineFor(v.journey.purpose)}
	at := &app.Simulator{Client: &http.Client{Transport: way}, Region: region, Rate: 1}
	function := &app.Lambda{
		Open: func(_ context.Context, share float64) (*app.App, error) {
			a, _, err := v.server(strings.ReplaceAll(place, "DIR", v.dir), app.Options{Simulator: at, Share: share})
			return a, err
		},
		Self: func(context.Context) string { return functionARN }, Log: slog.New(slog.NewTextHandler(v, nil)), Metrics: app.NewMetrics(),
	}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	answer, err := function.Handle(ctx, json.RawMessage(scheduled))
	fmt.Fprintln(v, answer, err)
}
