package systemtest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/cli"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/view"
)

// traveller is whoever goes a leg.
type traveller struct {
	*rig
	t       *testing.T
	journey *journey
	dir     string   // for files
	texts   []string // the policies
	whole   bool     // they are as they are printed
	mu      sync.Mutex
	said    bytes.Buffer // by the program
	needed  map[need]bool
	answers string // of a person at a terminal; "" is without one
}

// Write takes down what the program says.
func (v *traveller) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.said.Write(p)
}

// allowed takes down what a statement has allowed. Where nothing is taken out of the policies it is needed.
func (v *traveller) allowed(sid string, asked policydoc.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.needed[need{v.journey.purpose, sid, asked.Action}] = true
	if v.whole {
		needs.note(v.journey.purpose, v.texts, sid, asked)
	}
}

// tenantry runs a command. DIR in it is the folder for files.
func (v *traveller) tenantry(command string) { v.runs(command, v.lineFor(v.journey.purpose)) }

// unjudged runs a command as somebody who may do everything.
func (v *traveller) unjudged(command string) { v.runs(command, &line{to: v.sim}) }

func (v *traveller) runs(command string, by *line) {
	fmt.Fprintf(v, "$ tenantry %s\n", command)
	s := &view.IO{In: strings.NewReader(v.answers), InTerminal: v.answers != "", OutTerminal: v.answers != "", ErrTerminal: v.answers != "", Out: v, Err: v, Width: 100, Now: time.Now}
	at := &app.Simulator{Client: &http.Client{Transport: by}, Region: region, Rate: 1000}
	args := strings.Fields(strings.ReplaceAll(command, "DIR", v.dir))
	code := cli.Run(context.Background(), args, cli.SimulatedEnv(s, func(string) string { return "" }, at))
	fmt.Fprintf(v, "exit code %d\n", code)
}

// printed runs the command that was printed last, as a pattern finds it, with more behind it.
func (v *traveller) printed(pattern, more string) {
	v.mu.Lock()
	found := regexp.MustCompile(pattern).FindAllStringSubmatch(v.said.String(), -1)
	v.mu.Unlock()
	if len(found) == 0 {
		fmt.Fprintln(v, "no such command is printed")
		return
	}
	v.tenantry(found[len(found)-1][1] + more)
}

// serve lets a process serve by the configuration at a place, for as long as meanwhile takes and a while longer.
func (v *traveller) serve(place string, meanwhile func()) {
	l := v.lineFor(v.journey.purpose)
	o := app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: l}, Region: region, Rate: 1000}}
	a, metrics, err := v.server(strings.ReplaceAll(place, "DIR", v.dir), o)
	if err != nil {
		fmt.Fprintln(v, err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := a.Daemon(app.DaemonOptions{Log: slog.New(slog.NewTextHandler(v, nil)), Metrics: metrics}).Run(ctx); err != nil {
			fmt.Fprintln(v, err)
		}
	}()
	time.Sleep(20 * time.Minute)
	meanwhile()
	time.Sleep(20 * time.Minute)
	stop()
	<-ended
}

// server is what `tenantry serve` makes before it begins.
func (v *traveller) server(place string, o app.Options) (*app.App, *app.Metrics, error) {
	ctx := context.Background()
	c, problems := config.Load(place)
	if config.Remote(place) {
		data, err := app.ReadConfiguration(ctx, place, o)
		if err != nil {
			return nil, nil, err
		}
		c, problems = config.Parse(place, data)
	}
	if problems.Err() != nil {
		return nil, nil, problems.Err()
	}
	j, err := app.OpenJournal(ctx, c, o)
	if err != nil {
		return nil, nil, err
	}
	metrics := app.NewMetrics()
	o.Observe, o.Journal = metrics.Observe, j
	a, err := app.New(ctx, c, o)
	if err == nil {
		_, err = a.Check(ctx)
	}
	return a, metrics, err
}
