package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type historyOptions struct {
	config                   configOption
	format                   view.Format
	person, namespace, since string
	asOf                     string
	at                       time.Time // what asOf says; the zero Time where it says nothing
	full                     bool
}

func newHistory(env *Env) *cobra.Command {
	o := &historyOptions{format: view.Text}
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Show what was done, when, and because of what",
		Long: `Shows what the journal of a configuration has: every change that was begun, done, refused or held,
with the time, the event or pass that it came of, and AWS's request id; and passes, pauses, holds
that somebody lifted, and people who were provisioned just in time. The newest stands last; times are UTC. An intent whose
outcome is not recorded is shown as that: the process ended in between, or is still at it, and the
next pass finds out. Nothing is asked of AWS, but for a journal in DynamoDB.

--as-of TIME tells instead who was registered at a time: of whom the history knows it. A day without a
time is its beginning.`,
		Example: `  tenantry history -c tenantry.yaml --since 24h
  tenantry history -c tenantry.yaml --person QuickSight/ana
  tenantry history -c tenantry.yaml --namespace acme --since 2026-01-31 --format json
  tenantry history -c tenantry.yaml --namespace acme --as-of 2026-01-31
  tenantry history verify -c tenantry.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			if o.asOf != "" {
				return o.roll(cmd.Context(), env)
			}
			return o.run(cmd.Context(), env, filter)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.person, "person", "", "only what is about this `PERSON`: an id, a QuickSight user name (Role/session), or its session name")
	f.StringVar(&o.namespace, "namespace", "", "only what is about this `NAMESPACE`")
	f.StringVar(&o.since, "since", "", "only what came after this `TIME`: 24h, 7d, 2026-01-31, or 2026-01-31T15:04:05Z")
	f.StringVar(&o.asOf, "as-of", "", "who was registered at this `TIME`, written as that of --since")
	f.BoolVar(&o.full, "full", false, "with --as-of: show every name, however many")
	f.Var(&o.format, "format", "text for people, json for programs")
	cmd.AddCommand(newHistoryVerify(env))
	return cmd
}

func (o *historyOptions) validate(env *Env, cmd *cobra.Command) (journal.Filter, error) {
	filter := journal.Filter{Person: o.person, Namespace: o.namespace}
	for flag, value := range map[string]string{"person": o.person, "namespace": o.namespace, "since": o.since, "as-of": o.asOf} {
		if cmd.Flags().Changed(flag) && value == "" {
			return filter, usage("say which, or leave --"+flag+" out", "--%s is empty", flag)
		}
	}
	if _, err := tenancy.ParseNamespace(o.namespace); err != nil && o.namespace != "" && o.namespace != tenancy.DefaultNamespace {
		return filter, usage("a namespace is 1 to 64 letters, digits, '.', '_' and '-'", "--namespace: %v", err)
	}
	if o.since != "" {
		var ok bool
		if filter.Since, ok = parseSince(o.since, env.IO.Now()); !ok {
			return filter, usage("write such as 24h, 7d, 2026-01-31, or 2026-01-31T15:04:05Z; without a zone it is UTC", "--since %s is neither a while nor a time", view.Quote(o.since))
		}
	}
	if o.asOf != "" {
		var ok bool
		if o.at, ok = parseSince(o.asOf, env.IO.Now()); !ok {
			return filter, usage("write such as 24h, 7d, 2026-01-31, or 2026-01-31T15:04:05Z; without a zone it is UTC", "--as-of %s is neither a while nor a time", view.Quote(o.asOf))
		}
		if o.since != "" {
			return filter, usage("leave --since out", "--since contradicts --as-of, which needs everything up to then")
		}
	}
	return filter, o.config.validate(env, cmd)
}

func (o *historyOptions) run(ctx context.Context, env *Env, filter journal.Filter) error {
	printer := view.New(env.IO, o.format, view.Options{})
	j, err := o.config.history(ctx, env)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(env.IO.Err, "nothing is recorded yet")
		return printer.History(func(func(view.Told, error) bool) {})
	}
	if err != nil {
		return err
	}
	defer j.Close()
	open, last, err := openIntents(ctx, j, filter)
	if err != nil {
		return err
	}
	if last == 0 {
		fmt.Fprintln(env.IO.Err, "nothing like that is recorded")
	}
	filter.Until = last
	return printer.History(told(j.Entries(ctx, filter), open, last))
}

// history opens the journal of a configuration to be read, and makes none.
func (o *configOption) history(ctx context.Context, env *Env) (*journal.Journal, error) {
	c, err := o.load(env)
	if err != nil {
		return nil, err
	}
	return readHistory(ctx, env, c)
}

func readHistory(ctx context.Context, env *Env, c *config.Config) (*journal.Journal, error) {
	if err := shared(c); err != nil {
		return nil, err
	}
	return app.ReadJournal(ctx, c, env.aws)
}

// shared refuses a journal that no other process sees.
func shared(c *config.Config) error {
	if c.Journal.Shared() {
		return nil
	}
	return &engine.RefusedError{
		Why:  "the journal of this configuration is in memory: each process has its own, and no other can read it or pause it",
		Mend: "give the configuration a file: journal: sqlite:PATH, a table: journal: dynamodb:TABLE, or take out the key; a process that is running is to be started again",
	}
}

// told makes what is shown of records.
func told(records iter.Seq2[journal.Record, error], open map[int64]bool, last int64) iter.Seq2[view.Told, error] {
	return func(yield func(view.Told, error) bool) {
		if last == 0 {
			return
		}
		for r, err := range records {
			if !yield(view.Told{Seq: r.Seq, Time: r.Time, Entry: r.Entry, Sum: r.Sum.String(), Open: open[r.Seq]}, err) {
				return
			}
		}
	}
}

// openIntents answers the intents among the records of a filter that no other record ends, and the
// number of the last record, 0 for none.
func openIntents(ctx context.Context, j *journal.Journal, filter journal.Filter) (open map[int64]bool, last int64, err error) {
	open = map[int64]bool{}
	begun := map[int64]time.Time{}
	for r, err := range j.Entries(ctx, filter) {
		if err != nil {
			return nil, 0, err
		}
		if last = r.Seq; r.What == plan.Intended {
			open[r.Seq], begun[r.Seq] = true, r.Time
		}
		delete(open, r.Of)
	}
	if len(open) == 0 || filter.Person == "" && filter.Namespace == "" {
		return open, last, nil
	}
	// An outcome need not name whom its intent names.
	oldest := time.Time{}
	for seq := range open {
		if oldest.IsZero() || begun[seq].Before(oldest) {
			oldest = begun[seq]
		}
	}
	for r, err := range j.Entries(ctx, journal.Filter{Since: oldest}) {
		if err != nil {
			return nil, 0, err
		}
		delete(open, r.Of)
	}
	return open, last, nil
}

// parseSince reads a while before now, or a time.
func parseSince(text string, now time.Time) (time.Time, bool) {
	if d, ok := parseWhile(text); ok {
		return now.Add(-d), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// longestWhile is ten years: more is a slip of the hand.
const longestWhile = 10 * 366 * 24 * time.Hour

// parseWhile reads a duration as Go writes it, with days before it: 90m, 24h, 7d, 1d12h.
func parseWhile(text string) (time.Duration, bool) {
	var whole time.Duration
	if days, rest, found := strings.Cut(text, "d"); found {
		d, err := time.ParseDuration(days + "h")
		if err != nil || d > longestWhile/24 {
			return 0, false
		}
		whole, text = 24*d, rest
		if rest == "" {
			text = "0s"
		}
	}
	d, err := time.ParseDuration(text)
	whole += d
	return whole, err == nil && d >= 0 && whole > 0 && whole <= longestWhile
}
