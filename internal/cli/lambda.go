package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
)

const (
	// runtimeAPI is the variable by which Lambda says where its Runtime API is.
	runtimeAPI = "AWS_LAMBDA_RUNTIME_API"
	// bootstrap is the name by which Lambda calls a program of one's own (runtime provided.al2023).
	bootstrap = "bootstrap"
)

func newLambda(env *Env) *cobra.Command {
	o := &configOption{}
	cmd := &cobra.Command{
		Use:   "lambda",
		Short: "Do it as an AWS Lambda function",
		Long: `Deals with the invocations of an AWS Lambda function, for which a program called bootstrap without
arguments is this command. The same program is two functions, each with a concurrency of one:
  hints    invoked by the queue of Identity Center's events; answers which messages are to come again
  passes   invoked by a schedule; a pass that would outlive the function's time goes on in a new invocation
Which one it is, it sees from what it is invoked with. TENANTRY_CONFIG names the configuration, a file
in the function's package; journal: dynamodb:TABLE belongs into it. docs/lambda.md says what else a function
needs. On a machine, tenantry serve does both.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if env.Getenv(runtimeAPI) == "" {
				return usage("AWS Lambda sets "+runtimeAPI+"; on a machine, use tenantry serve", "tenantry lambda runs in AWS Lambda only")
			}
			if err := o.validate(env, cmd); err != nil {
				return err
			}
			return runLambda(cmd.Context(), env, o)
		},
	}
	o.register(cmd)
	return cmd
}

// commandLine is what the program was called with, without its name.
func commandLine(argv []string) []string {
	if len(argv) == 1 && filepath.Base(argv[0]) == bootstrap {
		return []string{"lambda"}
	}
	return argv[1:]
}

func runLambda(ctx context.Context, env *Env, o *configOption) error {
	c, err := o.load(env)
	if err != nil {
		return err
	}
	metrics := app.NewMetrics() // nobody reads them: the log has the counts
	options := env.aws
	options.Observe = metrics.Observe
	history := &lambdaHistory{config: c, options: options}
	defer history.close()
	if c.Journal.Table == "" { // it asks nothing of AWS, so that one that cannot be is told before anything is invoked
		if _, err := history.open(ctx); err != nil {
			return forLambda(c, err)
		}
	}
	log := slog.New(lambdaLog(env.IO.Err))
	slog.SetDefault(log) // for what the library logs
	log.Info("tenantry begins", "version", buildVersion(), "account", c.QuickSight.AccountID)
	l := handlerOf(history, metrics, log)
	l.Audit = dailyAudit(env, c, log)
	serveInvocations(ctx, l)
	return nil
}

// lambdaHistory is the history of the functions for hints and passes. In a table it is begun by the first invocation for one
// of them, and not by the program: the function for audits is the same program, and may only read.
type lambdaHistory struct {
	config  *config.Config
	options app.Options      // how AWS is reached, and who counts the calls
	journal *journal.Journal // nil before the first open. One invocation at a time opens it
}

func (h *lambdaHistory) open(ctx context.Context) (*journal.Journal, error) {
	if h.journal != nil {
		return h.journal, nil
	}
	j, err := app.OpenJournal(ctx, h.config, h.options)
	if err == nil {
		h.journal = j
	}
	return j, err
}

func (h *lambdaHistory) close() {
	if h.journal != nil {
		_ = h.journal.Close() // what was recorded is kept
	}
}

func handlerOf(history *lambdaHistory, metrics *app.Metrics, log *slog.Logger) *app.Lambda {
	return &app.Lambda{
		Open: func(ctx context.Context, share float64) (*app.App, error) {
			j, err := history.open(ctx)
			if err != nil {
				return nil, err
			}
			options := history.options
			options.Journal, options.Share = j, share
			return app.New(ctx, history.config, options)
		},
		Self: func(ctx context.Context) string {
			if called, ok := lambdacontext.FromContext(ctx); ok {
				return called.InvokedFunctionArn
			}
			return ""
		},
		Log: log, Metrics: metrics,
	}
}

// lastAnswer is how long the answer to the last invocation may take to reach Lambda, which is in the
// same machine.
const lastAnswer = 100 * time.Millisecond

// serveInvocations deals with invocations until ctx ends, and lets the one that is under way come to
// its end. The library's loop ends the process itself when Lambda's Runtime API fails.
func serveInvocations(ctx context.Context, l *app.Lambda) {
	go lambda.StartWithOptions(func(invocation context.Context, event json.RawMessage) (any, error) {
		invocation, cancel := context.WithCancel(invocation)
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		return l.Handle(invocation, event)
	})
	<-ctx.Done()
	l.Idle()
	time.Sleep(lastAnswer)
}

// lambdaLog writes a log in the form from which Lambda takes time and level (AWS Lambda developer
// guide, "Using structured JSON format with your functions").
func lambdaLog(w io.Writer) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		switch {
		case len(groups) > 0:
		case a.Key == slog.TimeKey:
			a.Key = "timestamp"
		case a.Key == slog.MessageKey:
			a.Key = "message"
		}
		return a
	}})
}

// lambdaJournalError is a journal in a file, which cannot be used in Lambda.
type lambdaJournalError struct{ err error }

// forLambda is the error of a journal that cannot be opened.
func forLambda(c *config.Config, err error) error {
	if c.Journal.Path == "" {
		return err
	}
	return &lambdaJournalError{err}
}

func (e *lambdaJournalError) Error() string { return e.err.Error() }
func (e *lambdaJournalError) Unwrap() error { return e.err }

// Hint says what mends it, whatever the journal itself would say.
func (e *lambdaJournalError) Hint() string {
	return "write journal: dynamodb:TABLE into the configuration, or journal: memory: in Lambda the package's folder is read-only, and no file outlives the function"
}
