//go:build !tenantry.lambda

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	_ engine.Tries      = (*awsapi.Probing)(nil)
	_ engine.ProbeNotes = ProbeNotes{}
)

// ProbeNotes are the file that keeps which probe is about to make something. It stands beside the configuration, where that is
// a file, and is there only while a probe is at work, or has been cut off.
type ProbeNotes struct {
	Path string
	// Account and Store are where the probe makes it. What is there of another account's or identity store's is left alone:
	// configurations that are no files may have notes of the same name.
	Account tenancy.AccountID
	Store   tenancy.StoreID
}

// ProbeNotesOf is the file of a configuration: tenantry.probe.json for tenantry.yaml. A configuration that is no file has it in the
// folder in which the command runs.
func ProbeNotesOf(c *config.Config) ProbeNotes {
	dir, name := filepath.Split(c.Path)
	if config.Remote(c.Path) {
		dir, name = "", path.Base(strings.TrimPrefix(c.Path, "ssm:"))
		name, _, _ = strings.Cut(name, ":") // its version
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml")
	return ProbeNotes{filepath.Join(dir, name+".probe.json"), c.QuickSight.AccountID, c.IdentityCenter.StoreID}
}

// notes are what is in the file.
type notes struct {
	Format string `json:"format"`
	Run    string `json:"run"`
	// Account and Store are "" where a version wrote it that did not take them down.
	Account tenancy.AccountID `json:"account,omitempty"`
	Store   tenancy.StoreID   `json:"identity_store,omitempty"`
	About   string            `json:"about"` // for whoever finds it
}

const notesFormat = "tenantry.probe-notes/1"

// Begin writes the file, so that it stays. It refuses (*engine.RefusedError) where there is one.
func (p ProbeNotes) Begin(run tenancy.ProbeRun) error {
	data, err := json.MarshalIndent(notes{notesFormat, run.String(), p.Account, p.Store, "tenantry doctor --probe is at work, or was cut off: tenantry doctor --probe --clean removes what it made, and this file"}, "", "  ")
	if err != nil {
		return err
	}
	err = NewFile(p.Path, append(data, '\n'), 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return &engine.RefusedError{Why: "a probe is at work, or was cut off: " + p.Path + " is there", Mend: "tenantry doctor --probe --clean, once no other is at work"}
	case err != nil:
		return fmt.Errorf("take down what the probe is about to make: %w", err)
	}
	return nil
}

// Begun reads the file. One that a crash has cut short names no run: nothing had been made yet. It refuses
// (*engine.RefusedError) what is of another account's or identity store's.
func (p ProbeNotes) Begun() (tenancy.ProbeRun, error) {
	data, err := os.ReadFile(p.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return tenancy.ProbeRun{}, nil
	}
	if err != nil {
		return tenancy.ProbeRun{}, fmt.Errorf("read what a probe was about to make: %w", err)
	}
	var n notes
	if json.Unmarshal(data, &n) != nil {
		return tenancy.ProbeRun{}, nil
	}
	run, err := tenancy.ParseProbeRun(n.Run)
	if err != nil || n.Format != notesFormat {
		return tenancy.ProbeRun{}, fmt.Errorf("%s was not written by this version: take it away, and look for namespaces and a role named %s…", p.Path, tenancy.ProbePrefix)
	}
	if n.Account != "" && (n.Account != p.Account || n.Store != p.Store) {
		return tenancy.ProbeRun{}, &engine.RefusedError{
			Why:  fmt.Sprintf("%s is of a probe in account %s with identity store %s, which is at work, or was cut off", p.Path, n.Account, n.Store),
			Mend: "tenantry doctor --probe --clean with the configuration of those removes it; or run this one in another folder",
		}
	}
	return run, nil
}

// left reports whether the file is there, and not another's: what cannot be read is whoever's reads it.
func (p ProbeNotes) left() bool {
	run, err := p.Begun()
	_, others := errors.AsType[*engine.RefusedError](err)
	return !others && (err != nil || !run.IsZero())
}

// End removes the file; it is no error that there is none. Another's, who has begun meanwhile, stays.
func (p ProbeNotes) End() error {
	_, err := p.Begun()
	if _, others := errors.AsType[*engine.RefusedError](err); others {
		return nil
	}
	if err := os.Remove(p.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("strike out the probe: %w", err)
	}
	return syncDir(filepath.Dir(p.Path))
}

// NewProber makes what probes in an App's account, and removes by a ProbeRemover what it has made.
func NewProber(a *App, c *config.Config, remover engine.ProbeRemover) *engine.Prober {
	return &engine.Prober{
		Engine: a.Engine, Tries: awsapi.NewProbing(a.AWS), Remover: remover,
		Notes: ProbeNotesOf(c), SignIns: awsapi.NewSignIns(a.AWS), Doors: awsapi.NewIAM(a.AWS),
	}
}
