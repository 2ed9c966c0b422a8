package ssoadmin

import (
	"fmt"
	"iter"
	"path"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const pageMax = 100

// page answers one page of rows, as member of the answer. list names the list with all that selects its rows;
// rows begin after the key that they are given.
func page[V any](s service, in input, list, member string, rows func(after string) iter.Seq2[string, V], view func(V) any) (any, error) {
	after, ok := s.w.Continue(list, valueOf(in.NextToken))
	if !ok {
		return nil, invalid("The token is invalid.")
	}
	limit := pageMax
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	values, last := world.Page(rows(after), limit)
	shown := make([]any, 0, len(values))
	for _, v := range values {
		shown = append(shown, view(v))
	}
	answer := map[string]any{member: shown}
	if last != "" {
		answer["NextToken"] = s.w.Token(list, last)
	}
	return answer, nil
}

// moment is the moment as of which lists show the instance.
func (s service) moment() world.View { return s.w.View("sso") }

func arnOf(p world.PermissionSet) any { return p.ARN }

func (s service) listPermissionSets(_ *wire.Request, in input) (any, error) {
	return page(s, in, "ListPermissionSets", "PermissionSets", func(after string) iter.Seq2[string, world.PermissionSet] {
		return s.w.SSO.PermissionSets.After(after, s.moment())
	}, arnOf)
}

func (s service) listAccountAssignments(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	rows := func(after string) iter.Seq2[string, world.Assignment] {
		return s.w.SSO.Assignments.Prefix(world.KeyPrefix(p.ARN, *in.AccountID), after, s.moment())
	}
	return page(s, in, world.Key("ListAccountAssignments", p.ARN, *in.AccountID), "AccountAssignments", rows, func(a world.Assignment) any {
		return map[string]any{"AccountId": a.Account, "PermissionSetArn": a.PermissionSetARN, "PrincipalType": a.PrincipalType, "PrincipalId": a.PrincipalID}
	})
}

// listProvisioned lists the permission sets that an account has, all of them or those of one status.
func (s service) listProvisioned(_ *wire.Request, in input) (any, error) {
	status := valueOf(in.ProvisioningStatus)
	rows := func(after string) iter.Seq2[string, world.PermissionSet] {
		return func(yield func(string, world.PermissionSet) bool) {
			for arn, p := range s.w.SSO.PermissionSets.After(after, s.moment()) {
				if !slices.Contains(s.accounts(p), *in.AccountID) || status != "" && status != s.status(p, *in.AccountID) {
					continue
				}
				if !yield(arn, p) {
					return
				}
			}
		}
	}
	return page(s, in, world.Key("ListPermissionSetsProvisionedToAccount", *in.AccountID, status), "PermissionSets", rows, arnOf)
}

// status says whether the role of a permission set has its present policy. Roles of accounts that the world does
// not know are up to date.
func (s service) status(p world.PermissionSet, account string) string {
	if r, ok := s.w.SSO.Role(p, account); ok && r.Policies[world.InlinePolicyName] != p.InlinePolicy {
		return notLatest
	}
	return latest
}

func (s service) listManagedPolicies(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	return page(s, in, world.Key("ListManagedPoliciesInPermissionSet", p.ARN), "AttachedManagedPolicies", numbered(p.Managed), func(arn string) any {
		return map[string]any{"Arn": arn, "Name": path.Base(arn)}
	})
}

func (s service) listCustomerManagedPolicies(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	return page(s, in, world.Key("ListCustomerManagedPolicyReferencesInPermissionSet", p.ARN), "CustomerManagedPolicyReferences",
		numbered(p.CustomerManaged), func(ref world.PolicyReference) any {
			doc := map[string]any{"Name": ref.Name, "Path": "/"}
			put(doc, "Path", ref.Path)
			return doc
		})
}

// numbered gives the elements of a list with their numbers as keys.
func numbered[V any](list []V) func(string) iter.Seq2[string, V] {
	return func(after string) iter.Seq2[string, V] {
		return func(yield func(string, V) bool) {
			for i, v := range list {
				if key := fmt.Sprintf("%04d", i); key > after && !yield(key, v) {
					return
				}
			}
		}
	}
}
