// Package demo is the story that a newcomer sees first: tenantry at its main job, on real AWS
// protocols, in a world of its own.
//
// Run makes a simulated AWS (world.json) inside the process, with an Identity Center of three
// customers and a QuickSight account in which just-in-time provisioning has done its harm, and then
// does what an operator would: look, plan, apply, look again, plan again, and leave the rest to
// serve. Then people come, and customers, in every way there is, and it is measured how long it takes
// until they are registered. Everything but the world is the program itself: the same engine, the same
// daemon, the same AWS SDK, the same text. It reads no credentials, writes no file, and talks to nothing
// but its own simulator.
//
//	demo.go     the story
//	look.go     who is where
//	listen.go   serve, and who comes while it listens
//	hands.go    what the administrator does, in three ways
//	journal.go  the history, in memory
//	turn.go     --serve: the user's turn
//	people.go   the second act, of people who leave and of those who are registered anew
//	visit.go    what somebody sees who signs in
//	migrate.go  the third act, of people who are brought from default to where they belong
//	attack.go   another story, of those who want what is another customer's
//	attempts.go what they try
package demo

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/view"
)

// World is the demo's world, as a world file.
//
//go:embed world.json
var World []byte

// Configuration is the demo's configuration.
//
//go:embed tenantry.yaml
var Configuration []byte

// setting is where an act plays: a world file, and tenantry's configuration.
type setting struct{ world, configuration []byte }

// callTime is how long each simulated call takes, about as long as one of AWS's.
const callTime = 20 * time.Millisecond

// Options say what to do besides telling the story.
type Options struct {
	// Listen is a loopback address on which the simulated AWS is served, after the story, until ctx
	// ends. "" serves nothing.
	Listen string
}

// Run tells the story on s.Out.
func Run(ctx context.Context, s *view.IO, o Options) error {
	st, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer st.history.Close()
	var server *awssim.Server
	if o.Listen != "" { // before the story: nobody waits for it to hear that the address is taken
		if server, err = st.sim.Listen(o.Listen); err != nil {
			return err
		}
	}
	return st.tell(ctx, server)
}

// open makes the world, and tenantry for it.
func open(ctx context.Context, s *view.IO) (*story, error) {
	return openWith(ctx, s, setting{World, Configuration}, slowly(), nil)
}

// slowly lets calls take their time.
func slowly() awssim.Options {
	return awssim.Options{Fault: awssim.On("", awssim.BeforeEffect, awssim.Fault{Delay: callTime})}
}

// openWith is open for another setting, a world with options, and an app with them.
func openWith(ctx context.Context, s *view.IO, at setting, of awssim.Options, with func(*app.Options, *chronicle)) (*story, error) {
	sim, err := awssim.Open(at.world, of)
	if err != nil {
		return nil, fmt.Errorf("making the demo's world: %w", err)
	}
	c, problems := config.Parse("tenantry.yaml", at.configuration)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	st := &story{io: s, sim: sim, printer: view.New(s, view.Text, view.Options{}), metrics: app.NewMetrics()}
	if st.history, err = openChronicle(ctx, c, st.printer); err != nil {
		return nil, err
	}
	options := app.Options{Simulator: &app.Simulator{Client: sim.Client()}, Journal: st.history, Observe: st.metrics.Observe}
	if with != nil {
		with(&options, st.history)
	}
	st.app, err = app.New(ctx, c, options)
	return st, err
}

type story struct {
	io      *view.IO
	sim     *awssim.Sim
	app     *app.App
	metrics *app.Metrics
	history *chronicle
	printer view.Printer
}

// tell tells everything, and then, with a server, lets the user go on.
func (st *story) tell(ctx context.Context, server *awssim.Server) error {
	if err := st.byHand(ctx); err != nil {
		return err
	}
	stop, err := st.listen(ctx)
	if err != nil {
		return err
	}
	defer stop()
	if err := st.arrivals(ctx); err != nil {
		return err
	}
	if server == nil {
		st.next()
		return nil
	}
	return st.turn(ctx, server)
}

// byHand is what an operator does without serve.
func (st *story) byHand(ctx context.Context) error {
	st.chapter("1. What is there: a simulated AWS, inside this process")
	if _, err := st.app.Check(ctx); err != nil {
		return err
	}
	before, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	st.directory(before)
	st.residents(before)

	st.chapter("2. tenantry plan: what would change, and why")
	if err := st.printer.Plan(&before.Plan); err != nil {
		return err
	}

	st.chapter("3. tenantry apply: doing it")
	report := st.app.Apply(ctx, before, st.printer.Progress)
	if err := st.printer.Report(&report); err != nil {
		return err
	}
	if report.Interrupted {
		return ctx.Err()
	}

	st.chapter("4. Who lives where now, and what was held")
	after, err := st.app.Plan(ctx, engine.Scope{})
	if err != nil {
		return err
	}
	st.residents(after)
	fmt.Fprintln(st.io.Out)
	if err := st.printer.Holds(after.Plan.Holds); err != nil {
		return err
	}

	st.chapter("5. tenantry plan, again: running it twice changes nothing")
	return st.printer.Plan(&after.Plan)
}

func (st *story) chapter(title string) {
	fmt.Fprintf(st.io.Out, "\n── %s %s\n\n", title, strings.Repeat("─", max(1, st.io.Width-len(title)-4)))
}

// say prints a paragraph, and hanging one behind a head.
func (st *story) say(text string) { st.hanging("", text) }

func (st *story) hanging(head, text string) {
	const widest = 100 // as everything off a terminal
	width, at := min(st.io.Width, widest), len(head)
	fmt.Fprint(st.io.Out, head)
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case at+1+len(word) > width:
			fmt.Fprint(st.io.Out, "\n", strings.Repeat(" ", len(head)))
			at = len(head)
		default:
			fmt.Fprint(st.io.Out, " ")
			at++
		}
		fmt.Fprint(st.io.Out, word)
		at += len(word)
	}
	fmt.Fprintln(st.io.Out)
}
