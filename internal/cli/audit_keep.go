//go:build !tenantry.lambda

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/view"
)

// evidenceVariable says where audits are kept where no flag does: s3://BUCKET/PREFIX, or a folder.
const evidenceVariable = "TENANTRY_EVIDENCE"

// validateKeep makes sure that what is kept is whole.
func validateKeep(place string, a asked) error {
	switch {
	case place == "":
		return usage("s3://BUCKET/PREFIX, or a folder", "--keep is empty")
	case len(a.namespaces) > 0 || a.redact != "":
		return usage("write it to a file with -o", "--keep is for whole audits, and --namespace and --redact-others leave out others")
	case strings.HasPrefix(place, "s3:") && !strings.HasPrefix(place, "s3://") || place == "s3://":
		return usage("such as s3://my-evidence/audits/", "--keep %s names no bucket", view.Name(place))
	}
	return nil
}

// keepAudit keeps a report where it was asked for.
func keepAudit(ctx context.Context, env *Env, place string, shown *view.Audit) (app.Kept, error) {
	shelf, prefix, err := app.ShelfAt(ctx, place, env.aws)
	if err != nil {
		return app.Kept{}, err
	}
	var document bytes.Buffer
	if err := view.WriteAudit(&document, env.IO.Plain(), view.JSON, view.Options{Full: true}, shown); err != nil {
		return app.Kept{}, fmt.Errorf("write the report: %w", err)
	}
	return app.Keep(ctx, shelf, prefix, time.Unix(shown.At, 0), document.Bytes(), shown.Findings)
}

// tellKept says where a report is kept, and what has changed since the one before it.
func tellKept(env *Env, k app.Kept) {
	fmt.Fprintf(env.IO.Err, "kept as %s, sha256 %s\n", view.Name(k.Name), k.SHA256)
	if k.Since == "" {
		fmt.Fprintln(env.IO.Err, "there is no report before it to compare it with")
		return
	}
	fmt.Fprintf(env.IO.Err, "since %s: %d came, %d went, %d stay\n", view.Name(k.Since), len(k.Came), len(k.Went), k.Stays)
	for _, side := range []struct {
		sign string
		all  []audit.Finding
	}{{"+", k.Came}, {"-", k.Went}} {
		for _, f := range side.all {
			fmt.Fprintf(env.IO.Err, "  %s %s %s %s\n", side.sign, f.Severity, f.Code, view.Safe(f.Object))
		}
	}
}

// auditAnswer is what an invocation for a daily audit answers.
type auditAnswer struct {
	Findings int    `json:"findings"`
	Critical int    `json:"critical"`
	Came     int    `json:"came"`
	Went     int    `json:"went"`
	Report   string `json:"report,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
}

// dailyAudit is what a Lambda function does that is invoked for an audit.
func dailyAudit(env *Env, c *config.Config, history engine.Recorder, log *slog.Logger) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) {
		place := env.Getenv(evidenceVariable)
		if place == "" {
			return nil, usage("such as s3://my-evidence/audits/", "%s does not say where audits are kept", evidenceVariable)
		}
		began := time.Now()
		a, err := app.New(ctx, c, app.Options{Journal: history})
		if err != nil {
			return nil, err
		}
		facts, err := app.Audit(ctx, a, c, false, func(doing string) { log.Info("audit", "doing", doing) })
		if err != nil {
			return nil, lateAudit(ctx, err)
		}
		report := audit.Audit(facts).With(c.Path)
		kept, altered := keepAudit(ctx, env, place, &view.Audit{Report: report, Checks: audit.Checks(), Config: c.Path, Version: buildVersion()})
		if kept.Name == "" {
			return nil, lateAudit(ctx, altered)
		}
		answer := auditAnswer{Findings: len(report.Findings), Came: len(kept.Came), Went: len(kept.Went), Report: kept.Name, SHA256: kept.SHA256}
		for _, f := range report.Findings {
			if f.Severity == audit.Critical {
				answer.Critical++
			}
		}
		log.Info(string(app.LineAudit), "took", time.Since(began).Round(time.Second).String(), "findings", answer.Findings, "critical", answer.Critical,
			"came", answer.Came, "went", answer.Went, "stay", kept.Stays, "report", kept.Name, "sha256", kept.SHA256)
		for _, f := range kept.Came {
			log.Warn("a finding came", "code", f.Code, "severity", f.Severity, "object", f.Object, "namespace", f.Namespace)
		}
		return answer, altered
	}
}

// lateAudit says of an audit for which the time was too short what mends it.
func lateAudit(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &lateAuditError{err}
	}
	return err
}

type lateAuditError struct{ err error }

func (e *lateAuditError) Error() string {
	return "the invocation's time was over before everything was read: " + e.err.Error()
}

func (e *lateAuditError) Unwrap() error { return e.err }

// Hint says what mends it.
func (e *lateAuditError) Hint() string {
	return "run tenantry audit --keep on a machine, every day; an account that cannot be read in 15 minutes is too large for an audit in Lambda"
}
