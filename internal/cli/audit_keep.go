//go:build !tenantry.lambda

package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/config"
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

// dailyAudit is what a Lambda function does that is invoked for an audit. It may read, and keep what it has found, and no
// more: its history is opened to be read. What it has found is told before it is kept, so that what is critical wakes
// somebody even where it cannot be kept.
func dailyAudit(env *Env, c *config.Config, log *slog.Logger) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) {
		place := env.Getenv(evidenceVariable)
		if place == "" {
			return nil, usage("such as s3://my-evidence/audits/", "%s does not say where audits are kept", evidenceVariable)
		}
		began := time.Now()
		facts, err := dailyFacts(ctx, env, c, log)
		if err != nil {
			return nil, err
		}
		report := audit.Audit(facts).With(c.Path)
		answer := auditAnswer{Findings: len(report.Findings), Critical: criticalOf(report)}
		log.Info(string(app.LineAudit), "took", time.Since(began).Round(time.Second).String(), "findings", answer.Findings, app.FieldCritical, answer.Critical)
		kept, err := keepAudit(ctx, env, place, &view.Audit{Report: report, Checks: audit.Checks(), Config: c.Path, Version: buildVersion()})
		if kept.Name == "" {
			return nil, err
		}
		answer.Came, answer.Went, answer.Report, answer.SHA256 = len(kept.Came), len(kept.Went), kept.Name, kept.SHA256
		log.Info(string(app.LineKept), "report", kept.Name, "sha256", kept.SHA256, "since", kept.Since, "came", answer.Came, "went", answer.Went, "stay", kept.Stays)
		for _, f := range kept.Came {
			log.Warn("a finding came", "code", f.Code, "severity", f.Severity, "object", f.Object, "namespace", f.Namespace)
		}
		return answer, err // the report before it may have been altered
	}
}

// dailyFacts reads the account.
func dailyFacts(ctx context.Context, env *Env, c *config.Config, log *slog.Logger) (*audit.Facts, error) {
	j, close, err := openHistory(ctx, env, c, false)
	if err != nil {
		return nil, err
	}
	defer close()
	options := env.aws
	options.Journal = recorder(j)
	a, err := app.New(ctx, c, options)
	if err != nil {
		return nil, err
	}
	return app.Audit(ctx, a, c, false, func(doing string) { log.Info("audit", "doing", doing) })
}

func criticalOf(r audit.Report) (n int) {
	for _, f := range r.Findings {
		if f.Severity == audit.Critical {
			n++
		}
	}
	return n
}
