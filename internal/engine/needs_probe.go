//go:build !tenantry.lambda

package engine

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Tries is what a Prober tries, in throwaway namespaces and with a throwaway role. What AWS refuses is an answer; an error
// says that there is none.
type Tries interface {
	MakeRole(ctx context.Context, run tenancy.ProbeRun) (tenancy.RoleARN, tenancy.ProbeAnswer, error)
	// MakeNamespace begins to create a namespace. failed says that its creation has failed, and is asked for once more.
	MakeNamespace(ctx context.Context, n tenancy.ProbeNamespace, failed bool) (tenancy.ProbeAnswer, error)
	Register(ctx context.Context, u tenancy.ProbeUser) (tenancy.ProbeAnswer, error)
	GiveProfile(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName, profile string) (tenancy.ProbeAnswer, error)
	MakeGroup(ctx context.Context, n tenancy.ProbeNamespace, name string) (tenancy.ProbeAnswer, error)
	Leave(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.ProbeAnswer, error)
	// Search searches for what a user owns.
	Search(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.ProbeAnswer, error)
	// User reads one user. The error wraps plan.ErrNotFound when there is none of that name.
	User(ctx context.Context, n tenancy.ProbeNamespace, user tenancy.UserName) (tenancy.Registration, error)
}

// ProbeRemover finds and removes what probes have made, and nothing else.
type ProbeRemover interface {
	// Remains finds what is left by the lists of namespaces and roles. What is being deleted is none.
	Remains(ctx context.Context) (tenancy.ProbeRemains, error)
	// Namespace reads one namespace. The error wraps plan.ErrNotFound when there is none of just that name.
	Namespace(ctx context.Context, n tenancy.ProbeNamespace) (tenancy.NamespaceInfo, error)
	// RemoveNamespace begins a deletion; it is no error that there is nothing to delete, or that it is under way.
	RemoveNamespace(ctx context.Context, n tenancy.ProbeNamespace) (tenancy.ProbeAnswer, error)
	RemoveRole(ctx context.Context, run tenancy.ProbeRun) (tenancy.ProbeAnswer, error)
}

// ProbeNotes keep which run is about to make something, beyond the end of the process.
type ProbeNotes interface {
	// Begin takes a run down, for good, before it makes anything. It refuses where one is taken down already.
	Begin(run tenancy.ProbeRun) error
	// Begun is the run that is taken down, the zero ProbeRun for none.
	Begun() (tenancy.ProbeRun, error)
	// End strikes it out.
	End() error
}
