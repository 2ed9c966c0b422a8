//go:build !tenantry.lambda

package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/plan"
)

// Shelf is where reports are kept: each has a name of its own, and none is ever written over.
type Shelf interface {
	// List answers what is there whose name begins so, sorted.
	List(ctx context.Context, prefix string) ([]string, error)
	Read(ctx context.Context, name string) ([]byte, error)
	// Put keeps what is new under a name. A shelf that may lose an answer takes it for kept where just that is there.
	Put(ctx context.Context, name, kind string, body []byte) error
}

// ShelfAt is the shelf of a place, and how names there begin: s3://BUCKET/PREFIX, which it reaches as o says, or a folder.
func ShelfAt(ctx context.Context, place string, o Options) (Shelf, string, error) {
	if strings.HasPrefix(place, "s3://") {
		remote, err := newRemote(ctx, o)
		return remote, strings.TrimSuffix(place, "/") + "/", err
	}
	return folder{}, strings.TrimSuffix(place, string(filepath.Separator)) + string(filepath.Separator), nil
}

// Kept is a report that was kept.
type Kept struct {
	Name   string `json:"report"`
	SHA256 string `json:"sha256"`
	// Since is the report that it was compared with, "" for the first.
	Since     string `json:"since,omitempty"`
	SinceHash string `json:"since_sha256,omitempty"`
	audit.Difference
}

// keptFormat is the format of a difference, as it is kept.
const keptFormat = "tenantry.difference/1"

// AlteredError means that a report that was kept is not as it was written.
type AlteredError struct{ Name, Why string }

func (e *AlteredError) Error() string {
	return fmt.Sprintf("the report %s is not as it was kept: %s", e.Name, e.Why)
}

// Hint says what mends it.
func (e *AlteredError) Hint() string {
	return "find out who may write there; nothing was compared with that report"
}

// Keep keeps a report on a shelf, as PREFIX and the time of its reading: the report itself (.json), its sum beside it
// (.json.sha256, as sha256sum writes and checks it), and what has changed since the newest that was there (.difference.json).
// Where that one is not as it was written, the report is kept without a comparison, and the error is an *AlteredError. Where
// it could not be kept, the Kept is zero, and the error wraps why, and the *AlteredError too, if there is one. The report comes
// last: where one is, all of it is.
func Keep(ctx context.Context, s Shelf, prefix string, at time.Time, report []byte, findings []audit.Finding) (Kept, error) {
	before, altered := newest(ctx, s, prefix)
	if _, only := errors.AsType[*AlteredError](altered); altered != nil && !only {
		return Kept{}, altered
	}
	stem := prefix + at.UTC().Format("2006-01-02T15-04-05Z")
	sum := sha256.Sum256(report)
	k := Kept{Name: stem + ".json", SHA256: fmt.Sprintf("%x", sum), Since: before.name, SinceHash: before.sum, Difference: audit.Since(before.Findings, findings)}
	if before.name == "" {
		k.Difference = audit.Difference{Came: []audit.Finding{}, Went: []audit.Finding{}, Stays: len(findings)} // nothing to compare with
	}
	difference, err := json.MarshalIndent(struct {
		Format string `json:"format"`
		Kept
	}{keptFormat, k}, "", "  ")
	if err != nil {
		return Kept{}, fmt.Errorf("write the difference: %w", err)
	}
	for _, one := range []struct {
		name, kind string
		body       []byte
	}{
		{k.Name + ".sha256", "text/plain", fmt.Appendf(nil, "%s  %s\n", k.SHA256, base(k.Name))},
		{stem + ".difference.json", "application/json", append(difference, '\n')},
		{k.Name, "application/json", report},
	} {
		if err := s.Put(ctx, one.name, one.kind, one.body); err != nil {
			return Kept{}, errors.Join(fmt.Errorf("keep the report: %w", err), altered)
		}
	}
	return k, altered
}

func base(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

// keptReport is a report that was kept, as far as it is compared.
type keptReport struct {
	name, sum string
	Findings  []audit.Finding `json:"findings"`
}

// newest reads the newest report of a shelf, the zero keptReport where there is none.
func newest(ctx context.Context, s Shelf, prefix string) (keptReport, error) {
	names, err := s.List(ctx, prefix)
	if err != nil {
		return keptReport{}, fmt.Errorf("look for the report before: %w", err)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".difference.json")
	})
	if len(names) == 0 {
		return keptReport{}, nil
	}
	k := keptReport{name: names[len(names)-1]}
	report, err := s.Read(ctx, k.name)
	if err != nil {
		return keptReport{}, fmt.Errorf("read the report before: %w", err)
	}
	sum, err := s.Read(ctx, k.name+".sha256")
	switch {
	case errors.Is(err, plan.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		return keptReport{}, &AlteredError{k.name, "there is no sum beside it"}
	case err != nil:
		return keptReport{}, fmt.Errorf("read the sum of the report before: %w", err)
	}
	k.sum = fmt.Sprintf("%x", sha256.Sum256(report))
	if said, _, _ := strings.Cut(string(sum), " "); said != k.sum {
		return keptReport{}, &AlteredError{k.name, "its sum is another one than that beside it"}
	}
	if json.Unmarshal(report, &k) != nil {
		return keptReport{}, &AlteredError{k.name, "its sum is right, and it is no report"} // whoever wrote it wrote both
	}
	return k, nil
}

// folder is a Shelf in files that only their owner may read: a report names people's principals.
type folder struct{}

func (folder) List(_ context.Context, prefix string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(prefix + "x"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries { // sorted
		names = append(names, prefix+e.Name())
	}
	return names, err
}

func (folder) Read(_ context.Context, name string) ([]byte, error) { return os.ReadFile(name) }

func (folder) Put(_ context.Context, name, _ string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return NewFile(name, body, 0o600)
}
