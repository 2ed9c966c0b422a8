package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// patience is how long the story waits for what should take seconds.
const patience = 30 * time.Second

// listen starts the daemon, and says so.
func (st *story) listen(ctx context.Context) (stop func(), err error) {
	st.chapter("6. tenantry serve: from now on, nobody runs apply")
	if stop, err = st.serve(ctx); err == nil {
		fmt.Fprint(st.io.Out, listening)
	}
	return stop, err
}

// serve starts the daemon, and waits until it has read everything once. The daemon goes on until the
// function is called that serve answers.
func (st *story) serve(ctx context.Context) (stop func(), err error) {
	d := st.app.Daemon(app.DaemonOptions{
		Log:     slog.New(slog.NewTextHandler(st.io.Err, &slog.HandlerOptions{Level: slog.LevelError})),
		Metrics: st.metrics,
	})
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = d.Run(ctx) }) // it has no errors but the end of ctx
	stop = func() {
		cancel()
		running.Wait()
	}
	select {
	case <-st.history.passed:
		return stop, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(patience):
		err = errors.New("the daemon's first pass did not end")
	}
	stop()
	return nil, err
}

const listening = `It has read everything once, and listens to the queue tenantry-events, to which the simulated AWS
tells what happens. In this world a call takes 20 ms, an event is there at once, and a namespace
takes 2 s. With AWS, an event is some seconds on its way, and a namespace takes half a minute.
`

// arrivals is what happens while the daemon listens.
func (st *story) arrivals(ctx context.Context) error {
	ways := st.hands()
	st.chapter("7. Somebody joins a customer, in each of the three ways")
	for i, one := range []struct{ who, group string }{{"nora", "qs:acme:authors"}, {"otto", "qs:globex"}, {"pia", "qs:initech"}} {
		if err := st.newcomer(ctx, ways[i], one.who, one.group); err != nil {
			return err
		}
	}
	st.chapter("8. New customers, all three at once: a group, and two people in it")
	if err := st.customers(ctx, ways); err != nil {
		return err
	}
	st.chapter("9. tenantry history --namespace umbrella")
	return st.printer.History(st.history.told(ctx, "umbrella"))
}

// newcomer makes somebody, puts them into a group that is there, and waits for them.
func (st *story) newcomer(ctx context.Context, w way, who, group string) error {
	id, err := w.person(ctx, who)
	if err != nil {
		return err
	}
	if err := w.join(ctx, st.groupID(group), id); err != nil {
		return err
	}
	return st.await(ctx, arrival{w.name, who, group, time.Now()})
}

// customers founds three customers, and waits for their people.
func (st *story) customers(ctx context.Context, ways []way) error {
	var coming []arrival
	for i, c := range []struct {
		group  string
		people []string
	}{{"qs:umbrella", []string{"rosa", "sven"}}, {"qs:hooli", []string{"tara", "ugo"}}, {"qs:stark", []string{"vera", "wim"}}} {
		group, err := ways[i].group(ctx, c.group)
		if err != nil {
			return err
		}
		for _, who := range c.people {
			id, err := ways[i].person(ctx, who)
			if err != nil {
				return err
			}
			if err := ways[i].join(ctx, group, id); err != nil {
				return err
			}
			coming = append(coming, arrival{ways[i].name, who, c.group, time.Now()})
		}
	}
	for _, a := range coming {
		if err := st.await(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// arrival is somebody who has been put into a group.
type arrival struct {
	way, who, group string
	joined          time.Time
}

// await waits until somebody is registered, and a member of the group's mirror, as the simulated
// QuickSight has it, and says how long after their coming they were registered.
func (st *story) await(ctx context.Context, a arrival) error {
	for {
		if namespace, u, ok := st.registration(a.who, a.group); ok {
			_, err := fmt.Fprintf(st.io.Out, "  %-15s %-5s into %-16s registered in %-9s as %-7s after %5.2f s\n",
				a.way, a.who, a.group, namespace, u.Role, u.Registered.Sub(a.joined).Seconds())
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
		if time.Since(a.joined) > patience {
			return fmt.Errorf("%s was put into %s and is not registered after %v", a.who, a.group, patience)
		}
	}
}

// registration is where somebody is registered, once they are a member of the mirror there too.
func (st *story) registration(who, group string) (namespace string, u world.User, ok bool) {
	w := st.sim.World()
	w.Lock()
	defer w.Unlock()
	for _, n := range w.QuickSight.Namespaces().All() {
		key := "QuickSight/" + who
		if u, found := n.Contents.Users.Get(key); found && n.Contents.IsMember(group, key, world.View{}) {
			return n.Name, u, true
		}
	}
	return "", world.User{}, false
}

func (st *story) groupID(name string) string {
	w := st.sim.World()
	w.Lock()
	defer w.Unlock()
	id, _ := w.Directory.GroupID(name)
	return id
}
