package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/view"
)

const serveListen = "127.0.0.1:8080"

type serveOptions struct {
	config configOption
	listen string
	log    logFormat
}

func newServe(env *Env) *cobra.Command {
	o := &serveOptions{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Go on doing it: by events, and by a pass every 15 minutes",
		Long: `Listens to the queue of Identity Center's events (events.queue_url in the configuration), looks after
whomever they are about at once, and makes a full pass at the start and every 15 minutes
(events.pass_every). Without a queue it makes passes only. It asks nobody: what tenantry apply would
hold, it holds, and what needs a hazard to be allowed, it leaves.

It logs a line for each thing that changed or was refused, and serves, at the address of --listen:
  /healthz   it lives
  /readyz    a complete pass was made, the last one did not fail, and the queue can be read
  /metrics   for Prometheus

SIGTERM and ^C end it within ten seconds: what is under way is finished, and what is not is left to
the next process. It can be killed at any moment; the next one goes on.`,
		Example: `  tenantry serve -c tenantry.yaml
  tenantry serve -c tenantry.yaml --listen 127.0.0.1:9090 --log json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(env, cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), env)
		},
	}
	o.config.register(cmd)
	cmd.Flags().StringVar(&o.listen, "listen", serveListen, "the `ADDRESS` of /healthz, /readyz and /metrics; port 0 is any that is free")
	cmd.Flags().Var(&o.log, "log", "text or json; by default text at a terminal, and json elsewhere")
	must(cmd.RegisterFlagCompletionFunc("log", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *serveOptions) validate(env *Env, cmd *cobra.Command) error {
	if _, _, err := net.SplitHostPort(o.listen); err != nil {
		return usage("such as --listen "+serveListen, "--listen: %v", err)
	}
	return o.config.validate(env, cmd)
}

func (o *serveOptions) run(ctx context.Context, env *Env) error {
	c, err := o.config.load(env)
	if err != nil {
		return err
	}
	metrics := app.NewMetrics()
	options := env.aws
	options.Observe = metrics.Observe
	history, err := app.OpenJournal(ctx, c, options)
	if err != nil {
		return err
	}
	defer history.Close()
	if env.Getenv("GOGC") == "" {
		debug.SetGCPercent(25) // a pass makes a second index beside the first: memory is worth more here than time
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listen for /healthz, /readyz and /metrics: %w", err)
	}
	defer l.Close()
	options.Journal = history
	a, err := app.New(ctx, c, options)
	if err != nil {
		return err
	}
	log := slog.New(o.log.handler(env.IO))
	if _, err := a.Check(ctx); err != nil {
		return err
	}
	o.announce(log, c, history, l)
	d := a.Daemon(app.DaemonOptions{Log: log, Metrics: metrics, Hosts: hostsOf(l.Addr())})
	return serveAndRun(ctx, d, l)
}

// announce says what is done and what is not.
func (o *serveOptions) announce(log *slog.Logger, c *config.Config, history *journal.Journal, l net.Listener) {
	log.Info("tenantry serves", "version", buildVersion(), "account", c.QuickSight.AccountID, "pages", "http://"+l.Addr().String(), "pass_every", c.Events.PassEvery.String())
	if c.Events.QueueURL == "" {
		log.Warn("no queue: passes only", "hint", "events.queue_url in the configuration names the queue that EventBridge sends Identity Center's events to")
	}
	if !history.Durable() {
		log.Warn("the history ends with this process", "hint", "journal: sqlite:PATH or journal: dynamodb:TABLE in the configuration keeps it")
	}
}

// serveAndRun runs the daemon with its pages, and ends both when one of them ends.
func serveAndRun(ctx context.Context, d *app.Daemon, l net.Listener) error {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() { stop(d.Serve(context.WithoutCancel(ctx), l)) }()
	if err := d.Run(running); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil // it was told to end, and it has
	}
	return context.Cause(running)
}

// hostsOf are the names by which a loopback address may be asked for; nil is any, for an address that
// was opened to a network.
func hostsOf(address net.Addr) []string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsLoopback() {
		return nil
	}
	port := fmt.Sprint(tcp.Port)
	return []string{address.String(), net.JoinHostPort("localhost", port), net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
}

// logFormat is how a log is written; "" is what fits where it goes.
type logFormat string

// String, Set and Type make it a flag.
func (f *logFormat) String() string { return string(*f) }

// Set takes text or json.
func (f *logFormat) Set(text string) error {
	if text != "text" && text != "json" {
		return fmt.Errorf("it is text or json, not %s", view.Quote(text))
	}
	*f = logFormat(text)
	return nil
}

// Type names it in the help.
func (f *logFormat) Type() string { return "FORMAT" }

func (f *logFormat) handler(s *view.IO) slog.Handler {
	o := &slog.HandlerOptions{ReplaceAttr: readable}
	if *f == "json" || *f == "" && !s.ErrTerminal {
		return slog.NewJSONHandler(s.Err, o)
	}
	return slog.NewTextHandler(s.Err, o)
}

// readable writes durations as 15m0s in JSON too, where they would be nanoseconds, and leaves out what is empty.
func readable(_ []string, a slog.Attr) slog.Attr {
	switch {
	case a.Value.Kind() == slog.KindDuration:
		a.Value = slog.StringValue(a.Value.Duration().String())
	case a.Value.Kind() == slog.KindString && a.Value.String() == "":
		return slog.Attr{}
	}
	return a
}
