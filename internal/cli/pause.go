package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type pauseOptions struct {
	config      configOption
	because, of string
	removals    bool
}

func newPause(env *Env) *cobra.Command {
	o := &pauseOptions{}
	cmd := &cobra.Command{
		Use:   "pause --because TEXT",
		Short: "Stop every change to AWS, until resume",
		Long: `Stops every change to AWS by every process that shares the journal of the configuration: each of
them looks before every write. What AWS was asked for already is not taken back. Reading, and the
history, go on. The pause ends with tenantry resume, or with the time that --for gives it. Of several
pauses the last one counts. Nothing is asked of AWS, but for a journal in DynamoDB.`,
		Example: `  tenantry pause -c tenantry.yaml --because "the wrong people are registered"
  tenantry pause -c tenantry.yaml --because "the directory is being moved" --for 4h --removals`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, d)
		},
	}
	o.config.register(cmd)
	cmd.Flags().StringVar(&o.because, "because", "", "why, as `TEXT`: whoever finds it paused reads it")
	cmd.Flags().StringVar(&o.of, "for", "", "how `LONG`, such as 4h or 2d; without it, until tenantry resume")
	cmd.Flags().BoolVar(&o.removals, "removals", false, "stop only what takes something from someone")
	return cmd
}

// longestReason is how many bytes --because may have: it stands in every line that says why.
const longestReason = 500

// reason is what --because says, on one line. The hint says how to say it.
func reason(because, hint string) (string, error) {
	because = strings.Join(strings.Fields(because), " ")
	switch {
	case because == "":
		return "", usage(hint, "it is not said why: --because is missing or empty")
	case len(because) > longestReason:
		return "", usage("say it in a sentence", "--because has %d bytes, and the most is %d", len(because), longestReason)
	}
	return because, nil
}

// validate answers how long, 0 for until it is ended.
func (o *pauseOptions) validate(env *Env, cmd *cobra.Command) (time.Duration, error) {
	var err error
	if o.because, err = reason(o.because, `say it such as --because "the wrong people are registered"`); err != nil {
		return 0, err
	}
	d, ok := parseWhile(o.of)
	if cmd.Flags().Changed("for") && (!ok || d < time.Second) {
		return 0, usage("write such as 30m, 4h or 2d, or leave it out", "--for %s is no while", view.Quote(o.of))
	}
	return d, o.config.validate(env, cmd)
}

func (o *pauseOptions) run(ctx context.Context, env *Env, d time.Duration) error {
	c, err := o.config.load(env)
	if err != nil {
		return err
	}
	if err := shared(c); err != nil {
		return err
	}
	j, err := app.OpenJournal(ctx, c, env.aws)
	if err != nil {
		return err
	}
	defer j.Close()
	e := byHand(plan.PauseBegan, "pause")
	e.Text, e.Removals = o.because, o.removals
	if d > 0 {
		e.Until = env.IO.Now().Add(d).Unix()
	}
	if _, err := j.Record(ctx, e); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.IO.Out, "Paused%s: tenantry %s. It ends with: %s\n", until(e.Until), stopped(o.removals), o.config.resume())
	return err
}

func stopped(removals bool) string {
	if removals {
		return "takes nothing from anyone; what adds goes on"
	}
	return "changes nothing in AWS; reading goes on"
}

func until(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return " until " + time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05Z")
}

// byHand is an entry about what a person does with a command. The person is known by their name on the
// machine: nothing is asked of AWS.
func byHand(what plan.What, command string) plan.Entry {
	run := command + "-" + strings.ToLower(rand.Text()[:10])
	return plan.Entry{What: what, Run: run, Cause: tenancy.Cause{Kind: tenancy.ByCommand, ID: run, Name: command}, Actor: person()}
}

func person() string {
	name := "uid-" + strconv.Itoa(os.Getuid())
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil && host != "" {
		name += "@" + host
	}
	return name
}

func newResume(env *Env) *cobra.Command {
	var o configOption
	cmd := &cobra.Command{
		Use:     "resume",
		Short:   "End the pause",
		Long:    `Ends the pause of the configuration's journal. Where nothing is paused, it says so.`,
		Example: "  tenantry resume -c tenantry.yaml",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(env, cmd); err != nil {
				return err
			}
			return resume(cmd.Context(), env, &o)
		},
	}
	o.register(cmd)
	return cmd
}

func resume(ctx context.Context, env *Env, o *configOption) error {
	was, err := endPause(ctx, env, o)
	switch {
	case err != nil:
		return err
	case was.IsZero():
		_, err = fmt.Fprintln(env.IO.Out, "Nothing is paused.")
	default:
		_, err = fmt.Fprintf(env.IO.Out, "Resumed. It was paused since %s by %s: %s\n",
			time.Unix(was.Since, 0).UTC().Format("2006-01-02 15:04:05Z"), view.Name(was.By), view.Quote(was.Because))
	}
	return err
}

// endPause answers the pause that it has ended, the zero Pause for none. Where nothing is paused it writes nothing, and begins
// no journal.
func endPause(ctx context.Context, env *Env, o *configOption) (plan.Pause, error) {
	c, err := o.load(env)
	if err != nil {
		return plan.Pause{}, err
	}
	was, err := pauseOf(ctx, env, c)
	if err != nil || was.IsZero() {
		return plan.Pause{}, err
	}
	j, err := app.OpenJournal(ctx, c, env.aws)
	if err != nil {
		return plan.Pause{}, err
	}
	defer j.Close()
	_, err = j.Record(ctx, byHand(plan.PauseEnded, "resume"))
	return was, err
}

// pauseOf is the pause that is in force, the zero Pause for none.
func pauseOf(ctx context.Context, env *Env, c *config.Config) (plan.Pause, error) {
	j, err := readHistory(ctx, env, c)
	if errors.Is(err, fs.ErrNotExist) {
		return plan.Pause{}, nil
	}
	if err != nil {
		return plan.Pause{}, err
	}
	defer j.Close()
	return j.Pause(ctx)
}

// resume is the command that ends a pause. A pause is in a journal, and the configuration says in which.
func (o *configOption) resume() string { return "tenantry resume -c " + view.Name(o.path) }

// paused refuses to begin what a pause stops.
func (o *configOption) paused(p plan.Pause) error {
	return &engine.RefusedError{Why: (&engine.PausedError{Pause: p}).Error(), Mend: o.resume()}
}

// resumable is an error, with the command that ends the pause where one is its cause.
func (o *configOption) resumable(err error) error {
	if !errors.As(err, new(*engine.PausedError)) {
		return err
	}
	return &resumableError{err, o.resume()}
}

type resumableError struct {
	error
	hint string
}

func (e *resumableError) Unwrap() error { return e.error }

func (e *resumableError) Hint() string { return e.hint }
