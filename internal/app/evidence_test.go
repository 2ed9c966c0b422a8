package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
)

// TestAFolderKeepsWhatItHas: a report in a folder is for its owner alone, has its sum beside it, and is never written over; and what
// somebody has altered is not compared with, and is told.
func TestAFolderKeepsWhatItHas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audits")
	shelf, prefix, err := ShelfAt(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(day int, objects ...string) (Kept, error) {
		var findings []audit.Finding
		report := ""
		for _, o := range objects {
			findings = append(findings, audit.Finding{Code: "ISO101", Severity: audit.Critical, Object: o})
			report += fmt.Sprintf(`,{"code":"ISO101","severity":"critical","object":%q}`, o)
		}
		return Keep(t.Context(), shelf, prefix, time.Date(2026, 11, day, 3, 0, 0, 0, time.UTC), []byte(`{"findings":[`+report[1:]+`]}`), findings)
	}
	first, err := keep(1, "a")
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(first.Name)
	if sum := fmt.Sprintf("%x", sha256.Sum256(was)); err != nil || sum != first.SHA256 {
		t.Errorf("the sum is %s, and that of what is there %s: %v", first.SHA256, sum, err)
	}
	if _, err := keep(1, "b"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("one of the same second: %v", err)
	}
	if now, err := os.ReadFile(first.Name); err != nil || string(now) != string(was) {
		t.Errorf("it is written over: %s, %v", now, err)
	}
	second, err := keep(2, "a", "b")
	if err != nil || second.Since != first.Name || len(second.Came) != 1 || second.Stays != 1 {
		t.Errorf("the second: %+v, %v", second, err)
	}
	if third, err := keep(3, "b"); err != nil || third.Since != second.Name || len(third.Went) != 1 || third.Went[0].Object != "a" {
		t.Errorf("the third is compared with another than the newest: %+v, %v", third, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 9 {
		t.Errorf("%q, %v", files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	newest := files[len(files)-2]
	if err := os.WriteFile(newest, []byte(`{"findings":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	fourth, err := keep(4, "b")
	if altered, is := errors.AsType[*AlteredError](err); !is || altered.Name != newest || fourth.Since != "" {
		t.Errorf("altered, and compared with: %+v, %v", fourth, err)
	}
}

// reports is a Shelf in memory. It takes nothing while it is full.
type reports struct {
	all  map[string]string
	full error
}

func (r *reports) List(_ context.Context, prefix string) ([]string, error) {
	return slices.Sorted(maps.Keys(r.all)), nil
}

func (r *reports) Read(_ context.Context, name string) ([]byte, error) {
	body, is := r.all[name]
	if !is {
		return nil, fs.ErrNotExist
	}
	return []byte(body), nil
}

func (r *reports) Put(_ context.Context, name, _ string, body []byte) error {
	if r.full == nil {
		r.all[name] = string(body)
	}
	return r.full
}

// TestWhatIsWrongWithTheReportBefore: each way in which it is not as it was kept is told as it is, and is told also where the
// new one cannot be kept.
func TestWhatIsWrongWithTheReportBefore(t *testing.T) {
	for name, tt := range map[string]struct{ report, sum, want string }{
		"altered":          {`{"findings":[]}`, "00", "its sum is another one than that beside it"},
		"replaced by none": {"gone", fmt.Sprintf("%x", sha256.Sum256([]byte("gone"))), "its sum is right, and it is no report"},
	} {
		t.Run(name, func(t *testing.T) {
			shelf := &reports{map[string]string{"a/1.json": tt.report, "a/1.json.sha256": tt.sum + "  1.json\n"}, nil}
			keep := func(day int) (Kept, error) {
				return Keep(t.Context(), shelf, "a/", time.Date(2026, 11, day, 3, 0, 0, 0, time.UTC), []byte(`{"findings":[]}`), nil)
			}
			shelf.full = errors.New("no space")
			kept, err := keep(1)
			altered, is := errors.AsType[*AlteredError](err)
			if kept.Name != "" || !errors.Is(err, shelf.full) || !is || altered.Why != tt.want {
				t.Errorf("it cannot be kept: %+v, %v", kept, err)
			}
			shelf.full = nil
			kept, err = keep(2)
			if altered, is := errors.AsType[*AlteredError](err); kept.Name == "" || !is || altered.Why != tt.want {
				t.Errorf("it is kept: %+v, %v, want %s", kept, err, tt.want)
			}
		})
	}
}
