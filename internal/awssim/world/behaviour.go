package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Duration is a time.Duration that JSON writes as "25s".
type Duration time.Duration

// MarshalJSON gives the duration in Go's notation.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).String())
}

// UnmarshalJSON reads Go's notation; a negative duration is refused.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a duration is written as a string such as \"25s\", not %s", b)
	}
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return fmt.Errorf("duration %q: want one such as \"25s\", not negative", s)
	}
	*d = Duration(v)
	return nil
}

// Behaviour is how the simulated AWS behaves where AWS varies, is slow, or does
// not say. The zero value is not the default: see [DefaultBehaviour].
type Behaviour struct {
	// NamespaceCreateDelay is for how long a new namespace is CREATING.
	// AWS's workshop on multi-tenancy says 20 to 30 seconds.
	NamespaceCreateDelay Duration `json:"namespace_create_delay"`
	// NamespaceDeleteDelay is for how long a deleted namespace is DELETING.
	NamespaceDeleteDelay Duration `json:"namespace_delete_delay"`
	// NamespaceRetry is how a RETRYABLE_FAILURE is retried, which AWS does not
	// document: "create" (CreateNamespace is accepted again) or "delete-first"
	// (CreateNamespace says ResourceExistsException until it is deleted).
	NamespaceRetry string `json:"namespace_retry"`
	// NamespaceScripts make creations fail or hang.
	NamespaceScripts []NamespaceScript `json:"namespace_scripts,omitempty"`
	// NamespaceLimit is how many namespaces an account may have besides default.
	NamespaceLimit int `json:"namespace_limit"`
	// GroupLimit is how many groups a namespace may have.
	GroupLimit int `json:"group_limit"`
	// RoleLimit is how many IAM roles the account may have.
	RoleLimit int `json:"role_limit"`
	// FoldNames are the kinds of names that are taken already where one differs
	// only by case: "namespace", "group", "user". AWS documents for none of them
	// whether it tells case apart. What is there is found by its own name only.
	FoldNames []string `json:"fold_names,omitempty"`
	// RefuseUnknownPrincipals refuses searches by the ARN of a user or a group that
	// is not there (any more); otherwise they are answered. AWS does not document it.
	RefuseUnknownPrincipals bool `json:"refuse_unknown_principals"`
	// AcceptReservedRoleARNs lets RegisterUser take roles under /aws-reserved/,
	// which AWS does not document.
	AcceptReservedRoleARNs bool `json:"accept_reserved_role_arns"`
	// OnePrincipalOneNamespace refuses to register a principal that another
	// namespace of the account has. AWS does not document it; its own samples
	// assume it.
	OnePrincipalOneNamespace bool `json:"one_principal_one_namespace"`
	// MembershipDelay is for how long CreateGroupMembership does not find a user
	// that has just been registered.
	MembershipDelay Duration `json:"membership_delay"`
	// KeepGrantsOfDeletedGroups leaves permissions that name a group, or a
	// namespace, behind when it is deleted. AWS documents neither; what stays
	// behind is what there is to clean up.
	KeepGrantsOfDeletedGroups bool `json:"keep_grants_of_deleted_groups"`
	// WholePermissionSets refuses to grant, or to revoke, actions that are not
	// together one of the sets that the kind of asset knows ([AssetKind.Sets]), as
	// AWS does for folders (for revoking: a report in terraform-provider-aws
	// #32680), and is said to do for topics and flows.
	WholePermissionSets bool `json:"whole_permission_sets"`
	// GrantsAdd lets a grant add to the actions that a principal has. Otherwise
	// it replaces them. AWS does not document which it is.
	GrantsAdd bool `json:"grants_add"`
	// SearchLag is how old the state is that searches for assets show. AWS calls
	// them eventually consistent.
	SearchLag Duration `json:"search_lag"`
	// AssignmentDelay is for how long an account assignment, its deletion and
	// the provisioning of a permission set are IN_PROGRESS.
	AssignmentDelay Duration `json:"assignment_delay"`
	// OmitUserStatus leaves UserStatus out of the identity store's answers, as
	// for a store that does not know it.
	OmitUserStatus bool `json:"omit_user_status"`
	// QueueInFlightLimit is how many messages of a queue may be in flight.
	QueueInFlightLimit int `json:"queue_in_flight_limit"`
	// Trail tells queues what happens; nil tells nobody.
	Trail *Trail `json:"trail,omitempty"`
	// StaleReads is, by service, how old the state is that reads show.
	StaleReads map[string]Duration `json:"stale_reads,omitempty"`
	// JudgeBareRoles judges the sessions of a role that has no policy at all, too:
	// they may do nothing, as in AWS. Otherwise they may do everything.
	JudgeBareRoles bool `json:"judge_bare_roles"`
	// TellRefusedSignIns tells the trail of a sign-in that QuickSight refuses, as a
	// CreateUser of QuickSight's that failed. AWS documents no event of it.
	TellRefusedSignIns bool `json:"tell_refused_sign_ins"`

	// Denied are calls that IAM refuses.
	Denied []Denial `json:"denied,omitempty"`
	// Throttle limits calls by service ("quicksight"), by the service's reads or
	// writes ("scim:reads") or by operation ("identitystore:ListUsers"). What is
	// not named is not limited.
	Throttle map[string]Rate `json:"throttle,omitempty"`
	// MaxClockSkew refuses requests signed further than this from the world's
	// time, as AWS does beyond 5 minutes. 0 checks nothing.
	MaxClockSkew Duration `json:"max_clock_skew"`
}

// NamespaceScript decides how a creation ends. It applies to the namespace of
// that Name, or to the Nth CreateNamespace of the world, from 1.
type NamespaceScript struct {
	Name string `json:"name,omitempty"`
	Nth  int    `json:"nth,omitempty"`
	// Status is RETRYABLE_FAILURE, NON_RETRYABLE_FAILURE, or CREATING, which
	// then never ends.
	Status string `json:"status"`
	// ErrorType is PERMISSION_DENIED or INTERNAL_SERVICE_ERROR.
	ErrorType    string `json:"error_type,omitempty"`
	ErrorMessage string `json:"error_message,omitempty"`
	// Times is how many creations of Name it applies to; 0 is all.
	Times int `json:"times,omitempty"`
}

// Denial refuses actions to a caller.
type Denial struct {
	Caller  string   `json:"caller"`  // ARN or access key; "*" is everyone
	Actions []string `json:"actions"` // "quicksight:RegisterUser", "quicksight:*"
}

// Rate is a token bucket: it holds Burst calls and gains PerSecond.
type Rate struct {
	PerSecond float64 `json:"per_second"`
	Burst     float64 `json:"burst"`
}

// DefaultBehaviour is AWS as it is documented, without faults.
func DefaultBehaviour() Behaviour {
	return Behaviour{
		NamespaceCreateDelay:     Duration(25 * time.Second),
		NamespaceDeleteDelay:     Duration(25 * time.Second),
		NamespaceRetry:           "create",
		NamespaceLimit:           100,
		GroupLimit:               10_000,
		RoleLimit:                1000,
		QueueInFlightLimit:       120_000,
		AcceptReservedRoleARNs:   true,
		OnePrincipalOneNamespace: true,

		KeepGrantsOfDeletedGroups: true,
		WholePermissionSets:       true,
	}
}

// UnmarshalJSON reads what differs from the default. Unknown fields are refused.
func (b *Behaviour) UnmarshalJSON(data []byte) error {
	type plain Behaviour
	p := plain(DefaultBehaviour())
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return fmt.Errorf("behaviour: %w", err)
	}
	*b = Behaviour(p)
	return nil
}

// Folds reports whether names of a kind are taken where one differs only by case.
func (b Behaviour) Folds(kind string) bool { return slices.Contains(b.FoldNames, kind) }

// clone gives a copy that shares nothing with b.
func (b Behaviour) clone() Behaviour {
	b.NamespaceScripts = slices.Clone(b.NamespaceScripts)
	b.FoldNames = slices.Clone(b.FoldNames)
	b.StaleReads = maps.Clone(b.StaleReads)
	b.Denied = slices.Clone(b.Denied)
	b.Throttle = maps.Clone(b.Throttle)
	b.Trail = b.Trail.clone()
	return b
}

func (b Behaviour) check() error {
	if b.NamespaceRetry != "create" && b.NamespaceRetry != "delete-first" {
		return fmt.Errorf("behaviour.namespace_retry %q: want \"create\" or \"delete-first\"", b.NamespaceRetry)
	}
	if err := b.Trail.check(); err != nil {
		return err
	}
	for i, kind := range b.FoldNames {
		if !slices.Contains([]string{"namespace", "group", "user"}, kind) {
			return fmt.Errorf("behaviour.fold_names[%d] %q: want \"namespace\", \"group\" or \"user\"", i, kind)
		}
	}
	for i, s := range b.NamespaceScripts {
		if (s.Name == "") == (s.Nth == 0) {
			return fmt.Errorf("behaviour.namespace_scripts[%d]: want either name or nth", i)
		}
		switch s.Status {
		case StatusRetryable, StatusNonRetryable, StatusCreating:
		default:
			return fmt.Errorf("behaviour.namespace_scripts[%d].status %q: want RETRYABLE_FAILURE, NON_RETRYABLE_FAILURE or CREATING", i, s.Status)
		}
	}
	return nil
}
